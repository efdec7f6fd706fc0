"""Which pitch a key has: Scala files and the tuning of a studio, as pitches of MIDI notes."""
