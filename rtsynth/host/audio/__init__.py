"""Where the sound goes: PortAudio through sounddevice, or the null device."""
