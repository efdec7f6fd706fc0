"""Rendering and scoring without an audio device, and the files that say what moves."""
