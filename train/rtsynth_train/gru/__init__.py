"""Trains GRU networks whose conditioning is in the file names (system 2)."""
