"""Traps of networks that play: recognised by how they sound, and steered out of."""
