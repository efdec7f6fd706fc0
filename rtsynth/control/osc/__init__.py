"""The OSC surface."""
