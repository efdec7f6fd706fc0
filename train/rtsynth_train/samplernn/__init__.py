"""Trains SampleRNNs of one to four tiers, from one audio file or a folder (systems 3 to 5)."""
