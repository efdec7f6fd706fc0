"""What is done to a slot at its time, while an engine plays."""

import time
from collections.abc import Iterator

import mido
import pytest

from rtsynth import Host, Plugin
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import GATE, TEMPO
from rtsynth.host.changes import Action, ValueChange
from rtsynth.host.slot_acts import SlotActs
from tests.rtsynth.host.live import row, until, value

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


def test_a_timed_value_is_published_when_it_counts(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    box = host.subscribe()
    due_ns = time.monotonic_ns() + 100_000_000
    host.set(1, "pitch", 72, at_ns=due_ns)
    while not (changes := box.take()):
        assert time.monotonic_ns() < due_ns + 60_000_000_000
        time.sleep(0.002)
    assert time.monotonic_ns() >= due_ns
    (change,) = changes.values
    assert change == ValueChange(1, slot.describe().find("pitch"), 72, due_ns)
    until(lambda: value(slot, "pitch") == 72)


def test_panic_takes_back_what_was_to_come(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    journal = host.journal()
    due_ns = time.monotonic_ns() + 100_000_000
    host.set(1, "pitch", 72, at_ns=due_ns)
    host.panic()
    until(lambda: time.monotonic_ns() > due_ns)
    assert journal.take() == [Action(1, "silence")]


@pytest.mark.parametrize("with_note", [True, False])
def test_all_sound_off_does_not_wait_for_the_release(
    host: Host, plugin: Plugin, with_note: bool
) -> None:
    slot = host.load(plugin)
    host.start()
    router = MidiRouter(host)
    host.set(1, "release", 5000)
    if with_note:
        router.handle(mido.Message("note_on", note=70))
        router.handle(mido.Message("note_off", note=70))  # it rings on
    else:
        slot.reset()
    until(lambda: row(slot, GATE) == 1)
    began = time.monotonic()
    router.handle(mido.Message("control_change", control=120))
    until(lambda: row(slot, GATE) == 0)
    assert time.monotonic() - began < 4
    assert not slot.drones


def test_it_drones_until_there_is_a_note(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    for act, drones, gate in (
        (slot.reset, True, 1),
        (lambda: slot.note_on(70, 1.0), False, 1),
        (slot.end_drone, False, 1),  # a note is held
        (lambda: slot.note_off(70), False, 0),
        (slot.reset, True, 1),
        (slot.end_drone, False, 0),
        (slot.reset, True, 1),
        (slot.silence, False, 0),
    ):
        act()
        assert slot.drones is drones
        until(lambda gate=gate: row(slot, GATE) == gate)


def test_panic_does_not_take_back_the_tempo(host: Host, plugin: Plugin) -> None:
    """It is given a moment ahead, and nobody gives it again while nothing rolls."""
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    journal = host.journal()
    slot.times.at(time.monotonic_ns() + 50_000_000, SlotActs.set_beat, (88.0, 0.0))
    host.panic()
    until(lambda: row(slot, TEMPO) == 88.0)
    assert host.get(1, "tempo") == 88.0
    assert journal.take() == [Action(1, "silence")]  # whose tempo it is, /tempo says
