"""JACK's transport: what its position says, by JACK's own definitions."""

import ctypes
import time
from typing import Any

import pytest

from rtsynth.host.transport.jack_transport import (
    BBT,
    BBT_OFFSET,
    ROLLING,
    STALE_NS,
    JackTransport,
    Position,
    reading_of,
)
from rtsynth.host.transport.reading import Reading

STOPPED, STARTING = 0, 3


def position(**fields: float) -> Position:
    """Three seconds into a song, as a server gives it."""
    found = Position(usecs=5_000_000, frame_rate=48_000, frame=144_000)
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def timed(**fields: float) -> Position:
    """The same with a timebase master: bar 3, beat 2 and a half in 4/4."""
    bars = {"bar": 3, "beat": 2, "tick": 960, "beats_per_bar": 4.0, "beat_type": 4.0}
    ticks = {"ticks_per_beat": 1920.0, "beats_per_minute": 96.0, "valid": BBT}
    return position(**(bars | ticks | fields))


def test_fields_are_where_the_header_has_them() -> None:
    """jack/types.h: packed or not, all of them are where they would be by themselves."""
    offsets = {"usecs": 8, "frame_rate": 16, "frame": 20, "valid": 24, "bar": 28, "tick": 36,
               "bar_start_tick": 40, "beats_per_bar": 48, "ticks_per_beat": 56,
               "beats_per_minute": 64, "next_time": 80, "bbt_offset": 88}  # fmt: skip
    assert {name: getattr(Position, name).offset for name in offsets} == offsets


def test_without_a_master_there_are_seconds() -> None:
    at_ns = 5_000_000_000
    assert reading_of(ROLLING, position()) == Reading(at_ns, True, 3.0, None)
    assert reading_of(STOPPED, position()) == Reading(at_ns, False, 3.0, None)
    assert reading_of(STARTING, position()) == Reading(at_ns, False, 3.0, None)
    assert reading_of(ROLLING, position(frame_rate=0)) is None  # no cycle yet


def test_a_master_gives_bars_beats_and_tempo() -> None:
    reading = reading_of(ROLLING, timed())
    assert reading == Reading(5_000_000_000, True, 9.5, 96.0)
    ahead = reading_of(ROLLING, timed(), 7)
    assert ahead is not None
    assert ahead.at_ns == 5_000_000_007
    late = reading_of(ROLLING, timed(valid=BBT | BBT_OFFSET, bbt_offset=24_000))
    assert late is not None
    assert late.beats == pytest.approx(9.5 + 0.8)  # they are of half a second before


@pytest.mark.parametrize(
    "fields",
    [{"beats_per_minute": 0.0}, {"beats_per_minute": float("nan")}, {"beats_per_minute": 1e9},
     {"ticks_per_beat": 0.0}, {"beats_per_bar": 0.0}, {"valid": 0}],
)  # fmt: skip
def test_a_master_that_says_nothing_sensible_is_none(fields: dict[str, float]) -> None:
    assert reading_of(ROLLING, timed(**fields)) == Reading(5_000_000_000, True, 3.0, None)


def test_a_server_that_stands_still_is_gone() -> None:
    """Its clock, which may be another one than ours, has gone on since its last cycle."""
    clock_us = 0

    def query(client: int, found: Any) -> int:
        ctypes.memmove(found, ctypes.byref(position()), ctypes.sizeof(Position))
        return ROLLING

    transport = JackTransport({"jack_transport_query": query, "jack_get_time": lambda: clock_us}, 0)
    clock_us = 5_000_000 + STALE_NS // 1000
    reading, now_ns = transport.read(), time.monotonic_ns()
    assert reading is not None
    assert reading.at_ns == pytest.approx(now_ns - STALE_NS, abs=1e9)
    assert reading == Reading(reading.at_ns, True, 3.0, None)
    clock_us += 1
    assert transport.read() is None
