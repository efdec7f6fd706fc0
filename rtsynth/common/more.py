"""Sounds that a training takes up while it runs: how the host and the trainer share them.

Each is `RUN/more/NAME.wav` with `NAME.json` beside it, `{"format": FORMAT, "values": {...}}`.
"""

FOLDER = "more"  # in the folder of the run
FORMAT = 1
MOST = 1000  # sounds that a training takes
