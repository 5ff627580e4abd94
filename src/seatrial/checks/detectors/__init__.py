"""Detectors of attacks that got through: pure functions of texts and calls."""
