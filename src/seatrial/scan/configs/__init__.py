"""Configurations that build objects when they are loaded: YAML, JSON and XML."""
