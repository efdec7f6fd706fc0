"""Synthesised data sets, and checks of any set."""
