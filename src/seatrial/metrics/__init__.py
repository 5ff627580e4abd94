"""Measure a Batch: metrics by name, slices, gates, baselines and comparisons. Import the module you mean."""
