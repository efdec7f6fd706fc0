"""Presets of the slot in front, morphs between them, and sets."""
