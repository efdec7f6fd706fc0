"""Trainings and plugins, compared: curves, held-out losses, warnings, listening, one page."""
