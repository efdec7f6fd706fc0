"""Queues of timed events: sorted by time, those of one time in the order they came."""

import numpy as np

from rtsynth.engine.live.queue import drop_first, put_sorted
from rtsynth.host.voice import new_queue


def test_it_sorts_as_python_does() -> None:
    queue, random = new_queue(), np.random.default_rng(3)
    rows = [(int(random.integers(20)), number, number / 8) for number in range(200)]
    for count, (time, target, value) in enumerate(rows):
        put_sorted(queue, count, time, target, value)
    expected = sorted(rows, key=lambda row: row[0])  # stable
    found = list(zip(*(part[:200].tolist() for part in queue), strict=True))
    assert found == expected
    drop_first(queue, 200, 30)
    found = list(zip(*(part[:170].tolist() for part in queue), strict=True))
    assert found == expected[30:]
