"""Fifty networks of a run taken up while a note is held: nothing jumps, and it is replayed."""

from pathlib import Path

import pytest

from tests.rtsynth.host.followed_long import COUNT, measure

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.alone]

# Times that of a stretch without: two stretches of one sound differ by a fifth.
AS_TAKEN_UP, LARGEST_STEP = 1.2, 1.4
MOST_MORE = 1.25  # of the typical processor's time of a block


def test_fifty_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m tests.rtsynth.host.followed_long` gives figures of five rounds."""
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.05)
    figures = measure(tmp_path, rounds=1)
    print(figures)
    assert figures.networks == COUNT
    assert figures.replayed
    assert figures.step_as_taken_up <= AS_TAKEN_UP * figures.steps["without"], figures
    assert figures.steps["with"] <= LARGEST_STEP * figures.steps["without"], figures
    assert figures.adopting_us <= MOST_MORE * figures.typical_us, figures
