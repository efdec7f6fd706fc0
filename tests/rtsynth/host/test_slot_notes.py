"""Whose a note is, and what its player's wheels do to it, while an engine plays."""

import math
from collections.abc import Iterator

import mido
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    EXPRESSION,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
)
from rtsynth.host.slot import Slot
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.host.live import heard_by
from tests.rtsynth.plugins import tiers_plugin

pytestmark = pytest.mark.system

PITCH, AMPLITUDE = BUILT_IN + 2, BUILT_IN + 1
ONE, TWO = ("keys", 1), ("keys", 2)


@pytest.fixture(params=[1, 3])
def host(request: pytest.FixtureRequest, compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", voices=request.param) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


def heading(slot: Slot, row: int) -> list[float]:
    """Where a row of every voice's parameter table is moving to."""
    size = int(slot.voice.compiled.program.config[CONFIG_ARENA_FLOATS])
    table = slot.voice.arena.reshape(slot.voices, size)[:, HEADER_FLOATS:]
    return [float(x) for x in table[:, row * PARAMETER_FLOATS + TARGET]]


def arrives(slot: Slot, row: int, wanted: list[float]) -> None:
    def got() -> list[float]:
        return heading(slot, row)[: len(wanted)]

    assert wait_until(lambda: got() == pytest.approx(wanted, abs=1e-5)), (got(), wanted)


def test_a_bend_leaves_knobs_and_notes_where_they_are(host: Host) -> None:
    slot = host.slot(1)
    slot["pitch"] = 69
    journal = host.journal()
    slot.bend(2.0)
    arrives(slot, BEND, [2.0])
    assert slot["pitch"] == 69
    assert heard_by(journal) == []
    slot.bend(0.0)
    arrives(slot, BEND, [0.0])


def test_notes_of_several_voices_are_bent_from_where_they_are(compiled: Compiled) -> None:
    with Host("null", precision="float32", voices=3) as host:
        slot = host.load(compiled)
        host.start()
        slot["pitch"] = 69
        slot.note_on(66, 1.0, source=ONE)
        slot.note_on(72, 1.0, source=ONE)
        slot.note_on(70, 1.0, source=TWO)
        slot.bend(1.5, source=ONE)
        arrives(slot, BEND, [1.5, 1.5, 0.0])
        arrives(slot, PITCH, [66.0, 72.0, 70.0])
        slot.note_off(66, source=ONE)
        slot.note_on(64, 1.0, source=TWO)  # takes that voice over, and is not bent
        arrives(slot, BEND, [0.0, 1.5, 0.0])
        slot.note_on(68, 1.0, source=ONE)  # the oldest of all gives its voice
        arrives(slot, PITCH, [64.0, 68.0, 70.0])
        arrives(slot, BEND, [0.0, 1.5, 0.0])


def test_a_note_begins_bent(host: Host) -> None:
    slot = host.slot(1)
    slot.note_on(70, 1.0, source=TWO)
    slot.note_off(70, source=TWO)
    slot.bend(-1.0, source=ONE)
    for _ in range(slot.voices):
        slot.note_on(72, 1.0, source=ONE)
        slot.note_off(72, source=ONE)
    arrives(slot, BEND, [-1.0] * slot.voices)


def test_each_source_ends_its_own_note(host: Host) -> None:
    slot = host.slot(1)
    for source in (ONE, TWO, None):
        slot.note_on(70, 1.0, source=source)
    slot.note_off(70, source=ONE)
    slot.note_off(70)
    slot.note_off(70, source=ONE)
    slot.end_drone()  # no drone: the note of the second sounds on
    assert wait_until(lambda: sorted(heading(slot, GATE)) == [0.0] * (slot.voices - 1) + [1.0])
    slot.note_off(70, source=TWO)
    arrives(slot, GATE, [0.0] * slot.voices)


def test_a_note_that_gets_a_voice_back_has_its_own_bend(compiled: Compiled) -> None:
    with Host("null", precision="float32") as host:
        slot = host.load(compiled)
        host.start()
        slot.bend(2.0, source=ONE)
        slot.note_on(66, 1.0, source=ONE)
        slot.note_on(70, 1.0, source=TWO)
        arrives(slot, BEND, [0.0])
        slot.note_off(70, source=TWO)
        arrives(slot, BEND, [2.0])
        arrives(slot, PITCH, [66.0])


def test_expression_scales_and_does_not_replace(host: Host) -> None:
    slot = host.slot(1)
    slot.note_on(70, 0.5, source=ONE)
    slot.express(0.25, source=ONE)
    arrives(slot, EXPRESSION, [0.25])
    arrives(slot, AMPLITUDE, [0.1 + 0.5 * 0.9])


def test_a_drone_falls_silent_and_a_note_sounds_on(host: Host) -> None:
    slot = host.slot(1)
    arrives(slot, GATE, [1.0])
    slot.end_drone()
    arrives(slot, GATE, [0.0])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_wheels_that_are_no_numbers(host: Host, value: float) -> None:
    for move in (host.bend, host.express):
        with pytest.raises(ControlError, match="not a finite number"):
            move(1, value)


def test_a_wheel_stays_where_it_is_when_the_plugin_changes(host: Host, compiled: Compiled) -> None:
    host.bend(1, 1.25, source=ONE)
    host.express(1, 0.5, source=ONE)
    host.load_into(1, compiled)
    slot = host.slot(1)
    assert heading(slot, BEND)[0] == 1.25
    assert heading(slot, EXPRESSION)[0] == 0.5
    slot.note_on(70, 1.0, source=TWO)
    arrives(slot, BEND, [0.0])
    slot.note_on(72, 1.0, source=ONE)
    assert wait_until(lambda: heading(slot, BEND)[slot.voices > 1] == 1.25)


def test_after_a_panic_notes_have_the_bend_of_the_wheel(host: Host) -> None:
    slot = host.slot(1)
    slot.note_on(70, 1.0, source=ONE)
    slot.bend(1.0, source=ONE)
    host.panic()
    slot.note_on(70, 1.0, source=ONE)
    arrives(slot, BEND, [1.0])


def test_a_midi_chord_is_bent_as_one() -> None:
    compiled = compile_plugin(tiers_plugin(pitch_role="pitch"))  # a pitch that a tier generates
    with Host("null", precision="float32", voices=3) as host:
        slot = host.load(compiled)
        host.start()
        router = MidiRouter(host)
        for note in (60, 64, 67):
            router.handle(mido.Message("note_on", note=note, velocity=100))
        router.handle(mido.Message("pitchwheel", pitch=8191))
        arrives(slot, BEND, [2.0] * 3)
        size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
        at = compiled.followed["pitch"]
        voices = slot.voice.arena.reshape(3, size)

        def heard() -> list[float]:
            return sorted(48 + 36 * float(voice[at]) for voice in voices)

        assert wait_until(lambda: heard() == pytest.approx([62, 66, 69], abs=1e-3)), heard()
        assert slot["pitch.offset"] == 0.0
