"""Data sets, training and export for rtsynth plugins (needs the `train` extra)."""
