"""The desktop window of rtsynth: an OSC client of the engine, local or remote."""
