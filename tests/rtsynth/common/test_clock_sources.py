"""Tempos and sources that there are, and those that are refused."""

import pytest

from rtsynth.common.clock_sources import SOURCES, check_source, check_tempo_flags, clamped_tempo
from rtsynth.common.errors import ControlError, InputError


def test_tempos_are_clamped() -> None:
    assert [clamped_tempo(bpm) for bpm in (0, 20, 133.5, 400, 1e9)] == [20, 20, 133.5, 400, 400]
    for bpm in (float("nan"), float("inf")):
        with pytest.raises(ControlError, match="not a finite number"):
            clamped_tempo(bpm)


def test_sources_have_names() -> None:
    for name in SOURCES:
        check_source(name)
        check_tempo_flags(120.0, name)
    with pytest.raises(ControlError, match="no source 'link' of tempo; there are auto, internal"):
        check_source("link")


@pytest.mark.parametrize(
    ("tempo_bpm", "sync", "message"),
    [
        (19.9, None, "--tempo 19.9: give 20 to 400 BPM"),
        (float("nan"), None, "--tempo nan: give 20 to 400 BPM"),
        (None, "link", "--sync 'link': give auto, internal, midi or jack"),
    ],
)
def test_flags_are_refused_by_name(tempo_bpm: float | None, sync: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_tempo_flags(tempo_bpm, sync)
    check_tempo_flags(None, None)
