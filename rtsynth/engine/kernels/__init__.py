"""Compiled kernels: vectors, matrices, gates, filters."""
