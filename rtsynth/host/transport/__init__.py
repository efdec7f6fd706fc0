"""Tempo, beats, and whether they roll: the engine's own, a MIDI clock's, or those of JACK."""
