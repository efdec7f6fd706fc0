"""Many trainings with other settings, and which is the best."""
