"""Modulation of slots: assigned, kept, carried over, and what the sound is given."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_MODULATION,
    CONFIG_PARAMETERS,
    DEPTHS,
    SOURCES,
)
from rtsynth.host.changes import Action
from rtsynth.host.modulation import Assignment
from rtsynth.host.slot import Slot
from rtsynth.plugin import Parameter
from tests.rtsynth.host.live import until
from tests.rtsynth.plugins import PARAMETERS, random_plugin

PITCH, INSTRUMENT = BUILT_IN + 2, BUILT_IN


@pytest.fixture
def host(compiled: Compiled) -> Iterator[Host]:
    """Not playing: what is assigned is placed."""
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64, voices=2) as opened:
        opened.load(compiled)
        yield opened


def depths(slot: Slot) -> dict[int, list[float]]:
    """{target: the depth in each voice}, of those that are not 0."""
    config = slot.voice.compiled.program.config
    first, count = int(config[CONFIG_MODULATION]) + DEPTHS, int(config[CONFIG_PARAMETERS]) * SOURCES
    table = slot.voice.arena.reshape(slot.voices, -1)[:, first : first + count]
    return {int(place): table[:, place].tolist() for place in np.flatnonzero(table.any(axis=0))}


def test_what_is_assigned_is_in_every_voice(host: Host) -> None:
    modulation = host.modulation
    assert modulation.assign(1, "lfo1", "pitch", 0.25) == 0.25
    assert modulation.assign(1, "WALK", "instrument", -7.0) == -1.0
    assert modulation.assign(1, "macro4", "modulation/lfo1_rate", 0.5) == 0.5
    assert modulation.assign(1, "lfo1", "sampling/temperature", 0.125) == 0.125
    assert modulation.of(1) == [
        Assignment("lfo1", "pitch", 0.25),
        Assignment("lfo1", "temperature", 0.125),
        Assignment("walk", "instrument", -1.0),
        Assignment("macro4", "lfo1_rate", 0.5),
    ]
    rate = 15
    assert depths(host.slot(1)) == {
        1 * SOURCES: [0.125] * 2,
        rate * SOURCES + 7: [0.5] * 2,
        INSTRUMENT * SOURCES + 3: [-1.0] * 2,
        PITCH * SOURCES: [0.25] * 2,
    }
    assert modulation.assign(1, "lfo1", "pitch", 0.0) == 0.0
    assert [one.parameter for one in modulation.of(1)] == ["temperature", "instrument", "lfo1_rate"]
    modulation.clear(1)
    assert modulation.of(1) == []
    assert depths(host.slot(1)) == {}


@pytest.mark.parametrize(
    ("source", "parameter", "depth", "text"),
    [
        ("lfo3", "pitch", 0.5, "modulation source 'lfo3' is unknown; did you mean lfo"),
        ("drums", "pitch", 0.5, "'drums' is unknown; there are lfo1, lfo2, follow, walk, macro1"),
        ("lfo1", "pich", 0.5, "'pich' is unknown; random has pitch"),
        ("lfo1", "macro2", 0.5, "macro2 cannot be modulated; random has "),
        ("lfo1", "tempo", 0.5, "tempo cannot be modulated"),
        ("lfo1", "lfo2_shape", 0.5, "lfo2_shape cannot be modulated"),
        ("lfo1", "pitch", float("nan"), "nan is not a finite number"),
    ],
)
def test_what_is_not_there_is_refused(
    host: Host, source: str, parameter: str, depth: float, text: str
) -> None:
    with pytest.raises(ControlError, match=text):
        host.modulation.assign(1, source, parameter, depth)
    with pytest.raises(ControlError, match="slot 2 is empty"):
        host.modulation.assign(2, "lfo1", "pitch", 0.5)
    assert host.modulation.of(1) == []


def test_a_generated_parameter_is_moved_by_its_offset_too(host: Host, three: Compiled) -> None:
    """Half as far of twice the range; what is assigned to the offset itself adds up."""
    slot = host.load(three)
    names = ("centroid", "centroid.offset")
    centroid, offset = (slot._values.control(name).index for name in names)
    host.modulation.assign(2, "lfo2", "centroid", 0.5)
    assert depths(slot) == {centroid * SOURCES + 1: [0.5] * 2, offset * SOURCES + 1: [0.25] * 2}
    host.modulation.assign(2, "lfo2", "centroid.offset", 0.5)
    assert depths(slot)[offset * SOURCES + 1] == [0.75] * 2
    host.modulation.assign(2, "lfo2", "centroid", 0.0)
    assert depths(slot) == {offset * SOURCES + 1: [0.5] * 2}


def test_another_plugin_takes_over_what_it_has(host: Host, tmp_path: Path) -> None:
    for source, name in (("lfo1", "pitch"), ("macro1", "instrument"), ("walk", "top_p")):
        host.modulation.assign(1, source, name, 0.5)
    parameters = [
        PARAMETERS[1],
        PARAMETERS[2],
        Parameter(name="rub", minimum=0, maximum=1, default=0),
    ]
    other: Plugin = random_plugin(tmp_path / "other.safetensors", parameters=parameters)
    slot = host.load_into(1, other)
    assert host.modulation.of(1) == [
        Assignment("lfo1", "pitch", 0.5),
        Assignment("walk", "top_p", 0.5),
    ]
    assert depths(slot) == {3 * SOURCES + 3: [0.5] * 2, (BUILT_IN + 1) * SOURCES: [0.5] * 2}


def test_what_is_kept_comes_back(host: Host) -> None:
    host.modulation.assign(1, "lfo1", "pitch", 0.25)
    host.modulation.assign(1, "macro2", "gain", -0.5)
    kept = host.sections.slot(1).read()["modulation"]
    assert kept == [
        {"source": "lfo1", "parameter": "pitch", "depth": 0.25},
        {"source": "macro2", "parameter": "gain", "depth": -0.5},
    ]
    before = depths(host.slot(1))
    host.modulation.clear(1)
    host.modulation.assign(1, "walk", "pitch", 1.0)
    assert host.sections.slot(1).restore({"modulation": kept}) == []
    assert depths(host.slot(1)) == before


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (
            {"source": "lfo1", "parameter": "loudness", "depth": 0.5},
            "entry 2: parameter 'loudness'",
        ),
        (
            {"source": "lfo9", "parameter": "pitch", "depth": 0.5},
            "entry 2: modulation source 'lfo9'",
        ),
        (
            {"source": "lfo1", "parameter": "pitch", "depth": 3},
            "entry 2: depth: not a number -1..1",
        ),
        ({"source": "lfo1", "parameter": "pitch", "depth": True}, "entry 2: depth: not a number"),
        (
            {"source": 3, "parameter": "pitch", "depth": 0.5},
            "entry 2: source, parameter: not texts",
        ),
        ({"source": "lfo1", "parameter": "pitch"}, "entry 2: not a table of depth, parameter"),
        ("lfo1", "entry 2: not a table of depth, parameter, source"),
    ],
)
def test_what_no_longer_fits_is_said(host: Host, entry: Any, text: str) -> None:
    good = {"source": "lfo2", "parameter": "pitch", "depth": 0.5}
    (problem,) = host.modulation.restore(1, [good, entry])
    assert problem.startswith(text)
    assert host.modulation.of(1) == [Assignment("lfo2", "pitch", 0.5)]


@pytest.mark.parametrize("data", ["lfo1", {"lfo1": 1}, [{}] * 2001])
def test_what_is_no_list_is_refused(host: Host, data: Any) -> None:
    with pytest.raises(InputError, match="not a list of up to 2000 assignments"):
        host.modulation.restore(1, data)


@pytest.mark.system
def test_while_it_plays(host: Host) -> None:
    """A macro moves the pitch by what is asked for; the knob's value stays where it is."""
    journal = host.journal()
    host.start()
    slot = host.slot(1)
    host.modulation.assign(1, "macro1", "pitch", 0.25)
    host.modulation.assign(1, "macro1", "gain", -0.25)
    slot["macro1"] = 1.0
    until(lambda: host.modulation.values(1)["pitch"] == 72.0)
    until(lambda: host.modulation.values(1)["gain"] == pytest.approx(-18.0, abs=1e-3))
    assert slot["pitch"] == 69.0
    slot["pitch"] = 75.0
    until(lambda: host.modulation.values(1)["pitch"] == 76.0)
    assert host.modulation.all_values().keys() == {1}
    host.modulation.clear(1)
    assert host.modulation.all_values() == {}
    until(lambda: depths(slot) == {})
    acts = [change for change in journal.take() if isinstance(change, Action)]
    told = [act.arguments for act in acts if act.kind == "modulate"]
    assert told[:2] == [("macro1", "pitch", 0.25), ("macro1", "gain", -0.25)]
    assert sorted(told[2:]) == [("macro1", "gain", 0.0), ("macro1", "pitch", 0.0)]


@pytest.fixture
def playing(host: Host) -> Host:
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    return host


def pitch_depth(host: Host) -> float:
    """Of the first LFO, as the audio thread has it."""
    return depths(host.slot(1)).get(PITCH * SOURCES, [0.0])[0]


def read(host: Host) -> dict[str, float]:
    return {one.parameter: one.depth for one in host.modulation.of(1)}


@pytest.mark.system
def test_panic_takes_back_a_depth_that_was_to_come(playing: Host) -> None:
    due_ns = time.monotonic_ns() + 150_000_000
    playing.modulation.assign(1, "lfo1", "pitch", 0.5, at_ns=due_ns)
    playing.modulation.assign(1, "lfo1", "gain", 0.25)
    assert read(playing) == {"gain": 0.25}
    playing.panic()
    until(lambda: time.monotonic_ns() > due_ns + 50_000_000)
    assert read(playing) == {"gain": 0.25}
    assert pitch_depth(playing) == 0.0
    playing.modulation.assign(1, "lfo1", "pitch", 0.5)  # the same again
    until(lambda: pitch_depth(playing) == 0.5)
    assert read(playing) == {"gain": 0.25, "pitch": 0.5}


@pytest.mark.system
def test_depths_count_in_the_order_of_their_times(playing: Host) -> None:
    journal = playing.journal()
    due_ns = time.monotonic_ns() + 150_000_000
    playing.modulation.assign(1, "lfo1", "pitch", 0.5, at_ns=due_ns)
    playing.modulation.assign(1, "lfo1", "pitch", 0.125)
    assert read(playing) == {"pitch": 0.125}
    until(lambda: pitch_depth(playing) == 0.125)
    until(lambda: pitch_depth(playing) == 0.5)
    until(lambda: read(playing) == {"pitch": 0.5})
    acts = [change for change in journal.take() if isinstance(change, Action)]
    assert [(act.arguments[2], act.at_ns) for act in acts] == [(0.125, None), (0.5, due_ns)]


@pytest.mark.system
def test_depths_for_later_end_with_the_sound(playing: Host) -> None:
    playing.modulation.assign(1, "lfo1", "pitch", 0.25)
    until(lambda: pitch_depth(playing) == 0.25)
    due_ns = time.monotonic_ns() + 200_000_000
    playing.modulation.assign(1, "lfo1", "pitch", 0.5, at_ns=due_ns)
    playing.stop()
    until(lambda: time.monotonic_ns() > due_ns)
    assert (read(playing), pitch_depth(playing)) == ({"pitch": 0.25}, 0.25)
    playing.start()
    playing.modulation.assign(1, "lfo1", "pitch", 0.5)
    until(lambda: pitch_depth(playing) == 0.5)


def test_depths_that_have_no_room_are_refused_together(host: Host) -> None:
    """Nothing takes events here: the ring gets full."""
    host.modulation.assign(1, "lfo1", "pitch", 0.25)
    slot = host.slot(1)
    slot._stage.running = True
    head = host.core.words[sh.EVENT_HEAD]
    host.core.words[sh.EVENT_TAIL] = head - sh.EVENT_CAPACITY + 2  # room for two
    entries = [{"source": "walk", "parameter": name, "depth": 0.5} for name in ("gain", "pitch")]
    with pytest.raises(ControlError, match="too many changes at once"):
        host.modulation.restore(1, entries)  # these two and the one that ends
    assert host.core.words[sh.EVENT_HEAD] == head
    assert read(host) == {"pitch": 0.25}
    host.core.words[sh.EVENT_TAIL] = head
    host.modulation.restore(1, entries)
    assert host.core.words[sh.EVENT_HEAD] == head + 3
    assert read(host) == {"gain": 0.5, "pitch": 0.5}
    host.modulation.assign(1, "walk", "pitch", 0.5)  # asked for again: given again
    assert host.core.words[sh.EVENT_HEAD] == head + 4
    slot._stage.running = False
