"""Limits are of what is off, and nothing is judged that nobody knows."""

import json
from pathlib import Path

from rtsynth_train.judge.listening import Measurement
from rtsynth_train.judge.points import Point
from rtsynth_train.judge.verdict import (
    MEASURES,
    all_passed,
    document,
    not_judged,
    summaries,
)


def row(measured: dict[str, float], wanted: dict[str, float], between: bool = False) -> Measurement:
    return Measurement(Point({"rate": 0.5}, between, (Path("a.wav"),)), measured, wanted)


def passed(key: str, value: float, wanted: float | None = None) -> bool | None:
    rows = [row({key: value}, {} if wanted is None else {key: wanted})]
    return summaries(rows, key)["points"].passed


def test_what_is_right_passes_and_what_is_not_does_not() -> None:
    assert passed("pitch_cents", -9) is True
    assert passed("pitch_cents", 11) is False
    assert passed("level_db", -20, -22) is True
    assert passed("level_db", -20, -25) is False
    assert passed("level_db", -20) is None
    assert passed("event_rate", 11, 10) is True
    assert passed("event_rate", 12, 10) is False
    assert passed("event_rate", 12) is None
    assert passed("hiss_db", 5) is True
    assert passed("hiss_db", 7) is False
    assert passed("lock_ms", float("inf")) is False


def test_a_hum_at_the_right_rate_is_no_pops() -> None:
    hum = row({"event_rate": 10.0, "event_depth_db": 5.0}, {})
    assert not all_passed([hum])
    known = row({"event_depth_db": 15.0}, {"event_depth_db": 40.0})
    assert not all_passed([known])
    assert all_passed([row({"event_depth_db": 30.0}, {})])


def test_one_wrong_note_fails_though_the_median_is_right() -> None:
    rows = [row({"pitch_cents": cents}, {}) for cents in (0, 1, 2, 1200)]
    summary = summaries(rows, "pitch_cents")["points"]
    assert (summary.off, summary.worst, summary.passed) == (1.5, 1200, False)


def test_a_document_with_every_key_by_point_and_between() -> None:
    rows = [
        row({"lock_ms": float("inf"), "level_db": -20.0}, {"level_db": -21.0}),
        row({"level_db": -20.0}, {}, between=True),
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
    assert table["not_judged"] == ["hiss_db"]


def test_nothing_judged_is_not_passed() -> None:
    rows = [row({"level_db": -20.0}, {})]
    assert all_passed(rows) is None
    assert not_judged(rows) == ["level_db", "hiss_db"]
    assert document("name", rows)["passed"] is None
    assert not_judged([row({"level_db": -20.0, "hiss_db": 1.0}, {"level_db": -20.0})]) == []
