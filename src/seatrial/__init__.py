"""Seatrial: is this model ready for production, and is it still?"""
