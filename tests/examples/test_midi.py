"""The MIDI map of states, as it is, with an engine that plays."""

from collections.abc import Iterator

import mido
import pytest

from rtsynth import Host
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.changes import Action, Journal
from rtsynth.host.mapping.file import load_midi_map
from tests.examples.stage import EXAMPLES, PLUGIN
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system
DRUMS = 9  # channel 10


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", voices=4) as opened:
        opened.load(PLUGIN)
        opened.start()
        yield opened


def acts(journal: Journal) -> list[tuple[object, ...]]:
    """What was done to the bank since the last time, but for what was kept."""
    done = [each for each in journal.take() if isinstance(each, Action)]
    return [(each.kind, *each.arguments) for each in done if each.kind.startswith("bank/")]


def test_every_pad_and_knob_does_what_the_head_says(host: Host) -> None:
    midi_map = load_midi_map(EXAMPLES / "midi" / "states.toml")
    midi_map.check(host.describe())
    router, banks, journal = MidiRouter(host, midi_map), host.banks, host.journal()

    def pad(note: int, velocity: int = 100) -> None:
        router.handle(mido.Message("note_on", note=note, velocity=velocity, channel=DRUMS))

    router.handle(mido.Message("note_on", note=69, velocity=100))
    until(lambda: banks.back(1, 2.0) == pytest.approx(2.0))  # it has played so long
    for note in (36, 37):
        pad(note)
        pad(note, 0)
    assert banks.names(1) == ["a", "b"]
    until(lambda: (kept := banks.kept(1)) is not None and None not in kept.texts.values())
    acts(journal)
    for note in (38, 40, 41):
        pad(note)
        pad(note, 0)
    assert acts(journal) == [
        ("bank/back", 2.0, 0), ("bank/recall", "a", 0), ("bank/recall", "b", 0),
    ]  # fmt: skip
    for note in (42, 43, 43):  # the second of these ends with the next press
        pad(note)
        pad(note, 0)
    assert acts(journal) == [
        ("bank/loop", "", 0.5), ("bank/loop", "", 0.0),
        ("bank/loop", "a", 0.25), ("bank/loop", "", 0.0),
    ]  # fmt: skip
    for cc, value in ((20, 127), (21, 0), (21, 127)):
        router.handle(mido.Message("control_change", control=cc, value=value))
    assert acts(journal) == [
        ("bank/morph", "a", 0.0, "b", 1.0), ("bank/recall", "a", 0), ("bank/recall", "b", 0),
    ]  # fmt: skip
    for program in (1, 2):
        router.handle(mido.Message("program_change", program=program))
    assert acts(journal) == [("bank/recall", "a", 0), ("bank/recall", "b", 0)]
