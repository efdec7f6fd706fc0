"""Trains stacks of tiers: parameters at low rates over parameters over audio (system 1)."""
