"""Puts objects together: reads `seatrial.yaml`, makes the run, judges the gates. Begin at `app.front`."""
