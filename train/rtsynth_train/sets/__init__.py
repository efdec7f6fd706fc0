"""Data sets that are made here, and checks of any."""
