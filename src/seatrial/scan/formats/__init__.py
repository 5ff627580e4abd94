"""Tensor and native model formats: each is read by its published specification, by small readers of our own."""
