"""What arrives at the engine: MIDI and OSC."""
