"""Playing in the audio thread: slots, the mix, the callback, and what crosses threads."""
