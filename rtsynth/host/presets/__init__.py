"""Presets of a slot, and sets of everything: kept as files, recalled, morphed."""
