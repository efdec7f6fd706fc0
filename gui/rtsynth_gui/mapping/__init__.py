"""MIDI mappings: which control of a device moves what, and how."""
