"""Limits are of what is off, and nothing is judged that nobody knows."""

import json
from pathlib import Path

from rtsynth_train.judge.listening import Heard
from rtsynth_train.judge.points import Point
from rtsynth_train.judge.verdict import MEASURES, all_passed, document, summaries


def heard(measured: dict[str, float], wanted: dict[str, float], between: bool = False) -> Heard:
    return Heard(Point({"rate": 0.5}, between, (Path("a.wav"),)), measured, wanted)


def passed(key: str, value: float, wanted: float | None = None) -> bool | None:
    row = heard({key: value}, {} if wanted is None else {key: wanted})
    return summaries([row], key)["points"].passed


def test_what_is_right_passes_and_what_is_not_does_not() -> None:
    assert passed("pitch_cents", -9) is True
    assert passed("pitch_cents", 11) is False
    assert passed("level_db", -20, -22) is True
    assert passed("level_db", -20, -25) is False
    assert passed("level_db", -20) is None
    assert passed("event_rate", 11, 10) is True
    assert passed("event_rate", 12, 10) is False
    assert passed("event_rate", 12) is None
    assert passed("hiss_db", -20) is True  # less noise than the recording
    assert passed("hiss_db", 7) is False
    assert passed("lock_ms", float("inf")) is False


def test_a_hum_at_the_right_rate_is_no_pops() -> None:
    hum = heard({"event_rate": 10.0, "event_depth_db": 5.0}, {})
    assert not all_passed([hum])
    known = heard({"event_depth_db": 15.0}, {"event_depth_db": 40.0})
    assert not all_passed([known])
    assert all_passed([heard({"event_depth_db": 30.0}, {})])


def test_one_wrong_note_fails_though_the_median_is_right() -> None:
    rows = [heard({"pitch_cents": cents}, {}) for cents in (0, 1, 2, 1200)]
    summary = summaries(rows, "pitch_cents")["points"]
    assert (summary.off, summary.worst, summary.passed) == (1.5, 1200, False)


def test_a_document_with_every_key_by_point_and_between() -> None:
    rows = [
        heard({"lock_ms": float("inf"), "level_db": -20.0}, {"level_db": -21.0}),
        heard({"level_db": -20.0}, {}, between=True),
    ]
    table = json.loads(json.dumps(document("name", rows), allow_nan=False))
    assert set(MEASURES) <= set(table)
    assert table["pitch_cents"] is None
    assert table["level_db"]["points"]["off"] == 1
    assert table["level_db"]["between"]["value"] == -20
    assert table["points"][0]["lock_ms"] is None
    assert table["points"][0]["wanted"] == {"level_db": -21}
    assert table["points"][1]["between"] is True
    assert table["passed"] is False
