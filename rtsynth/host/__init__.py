"""An engine in this process: slots, notes, recordings, states, and the audio device."""
