"""The MIDI surface."""
