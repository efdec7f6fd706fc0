"""Measuring sound, and whether a plugin has learned it."""
