"""What files move is made into changes when they are due, and plays as if it had been before."""

import time
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from rtsynth.compiler.compile import compile_plugin
from rtsynth.compiler.controls import controls_of
from rtsynth.offline.automation import read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.render import render, render_values
from rtsynth.offline.timeline import LINE_STEP_S, Shifted, Timeline, Track
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import random_plugin, tiers_plugin


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    return random_plugin(tmp_path_factory.mktemp("x") / "x.safetensors", hidden=8, layers=1)


def test_tracks_are_merged_by_time() -> None:
    steps = Track("a", np.array([0.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    line = Track("b", np.array([0.0, 2.2 * LINE_STEP_S]), np.array([0.0, 2.2]), linear=True)
    timeline = Timeline([steps, line])
    expected = [
        ("a", 0, 1), ("b", 0, 0), ("b", LINE_STEP_S, 1), ("b", 2 * LINE_STEP_S, 2),
        ("b", 2.2 * LINE_STEP_S, 2.2), ("a", 1, 2), ("a", 1, 3),
    ]  # fmt: skip
    for _ in range(2):  # any number of times
        got = [(event.name, event.time_s, event.value) for event in timeline]
        assert [name for name, _, _ in got] == [name for name, _, _ in expected]
        np.testing.assert_allclose([x[1:] for x in got], [x[1:] for x in expected])
    later = Timeline([Shifted(timeline, lambda time_s: 2 * time_s)])
    assert [event.time_s for event in later] == [2 * event.time_s for event in timeline]


def test_longer_tracks_than_are_made_at_once() -> None:
    times = np.arange(10_000) / 100
    values = np.arange(10_000) % 7 / 7
    events = list(Track("a", times, values))
    assert [event.time_s for event in events] == times.tolist()
    assert [event.value for event in events] == values.tolist()


def _moves(plugin: Plugin) -> Timeline:
    random = np.random.default_rng(0)
    return Timeline([
        Track(
            control.spec.name,
            np.sort(random.uniform(0, 2.5, 40)).round(3),
            random.uniform(control.spec.minimum, control.spec.maximum, 40),
            linear=number % 2 == 0,
        )
        for number, control in enumerate(controls_of(plugin))
    ])  # fmt: skip


@pytest.mark.parametrize("block", [1, 7, 256, 5000, 100_000])
def test_they_play_as_a_list_of_all_does(plugin: Plugin, block: int) -> None:
    """Bit for bit, over several seconds, for any length of blocks."""
    compiled, timeline = compile_plugin(plugin), _moves(plugin)
    events = list(timeline)
    whole = render(compiled, 2.2, seed=3, events=events)
    assert (whole != render(compiled, 2.2, seed=3)).any()
    np.testing.assert_array_equal(
        render(compiled, 2.2, seed=3, events=timeline, block_frames=block), whole
    )


def test_so_do_the_values_of_tiers() -> None:
    compiled = compile_plugin(tiers_plugin())
    timeline = _moves(compiled.plugin)
    lazy = render_values(compiled, 1.5, seed=3, events=timeline)
    whole = render_values(compiled, 1.5, seed=3, events=list(timeline))
    np.testing.assert_array_equal(lazy.audio, whole.audio)
    for name, values in whole.values.items():
        np.testing.assert_array_equal(lazy.values[name], values)


def test_notes_begin_with_silence(plugin: Plugin) -> None:
    gates = [ControlEvent(0.05, "gate", 1.0)]
    for has_notes in (False, True):
        audio = render(plugin, 0.05, events=Timeline([gates], has_notes=has_notes))
        assert audio.any() != has_notes


def test_only_what_is_due_is_made(plugin: Plugin) -> None:
    made = 0

    def endless() -> Iterator[ControlEvent]:
        nonlocal made
        while True:
            yield ControlEvent(made / 1000, "pitch", 64 + made % 12)
            made += 1

    render(plugin, 0.1, events=Timeline([endless()]))
    assert made <= 1100


# A small file that says much: lines of every control over a day.
def test_lines_over_a_day_take_no_more_than_what_is_played(plugin: Plugin, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    specs = [control.spec for control in controls_of(plugin)]
    rows = [
        ",".join(["time_s", *(f"{spec.name}:linear" for spec in specs)]),
        ",".join(["0", *(f"{spec.minimum}" for spec in specs)]),
        ",".join(["86400", *(f"{spec.maximum}" for spec in specs)]),
    ]
    path.write_text("\n".join(rows))
    compiled = compile_plugin(plugin)
    start = time.process_time()
    tracemalloc.start()
    try:
        render(compiled, 1.0, events=read_automation(path, plugin))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50e6
    assert time.process_time() - start < 10


@pytest.mark.parametrize("kind", ["npy", "class", pytest.param("times", marks=pytest.mark.measure)])
def test_files_are_held_in_proportion_to_their_size(
    plugin: Plugin, tmp_path: Path, kind: str
) -> None:
    """A change of two bytes is no object of two hundred."""
    count = 120_000
    if kind == "npy":
        path = tmp_path / "a.npy"
        np.save(path, (np.arange(count)[:, None] % [2, 1, 76] + [0, 1, 0]).clip(0, 76).astype("i1"))
        array = np.load(path)
        array[:, 2] = 64 + np.arange(count) % 12
        np.save(path, array)
        name = f"{path}:1000"
    elif kind == "class":
        path, name = tmp_path / "a.csv", str(tmp_path / "a.csv")
        path.write_text("instrument\n" + "0\n1\n" * (count // 2))
    else:
        path, name = tmp_path / "a.csv", str(tmp_path / "a.csv")
        rows = (f"{row / 10:g},{64 + row % 12}\n" for row in range(count))
        path.write_text("time_s,pitch\n" + "".join(rows))
    tracemalloc.start()
    try:
        events = read_automation(name, plugin)
        assert len(list(islice(events, 10))) == 10
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * path.stat().st_size + 5e6
