"""How notes are played is changed while an engine plays: what reaches which voice's table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import BUILT_IN, EXPRESSION, GATE
from rtsynth.host.slot import Slot
from tests.rtsynth.host.test_slot_notes import arrives

pytestmark = pytest.mark.system

INSTRUMENT, AMPLITUDE, PITCH = BUILT_IN, BUILT_IN + 1, BUILT_IN + 2
SOURCES = [("keys", channel) for channel in range(2, 5)]


@pytest.fixture
def host(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", voices=3) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def slot(host: Host) -> Slot:
    return host.slot(1)


def test_pressure_and_timbre_move_one_voice(host: Host, slot: Slot) -> None:
    slot["instrument"] = 0.25
    for note, source in zip((66, 68, 70), SOURCES, strict=True):
        host.note_on(1, note, 1.0, source=source)
    host.turn(1, "timbre", 0.75, source=SOURCES[1])
    host.turn(1, "pressure", 0.5, source=SOURCES[2])
    arrives(slot, INSTRUMENT, [0.25, 0.75, 0.25])
    arrives(slot, EXPRESSION, [1.0, 1.0, 0.5])
    arrives(slot, AMPLITUDE, [1.0, 1.0, 1.0])
    assert slot["instrument"] == 0.25
    host.note_off(1, 68, source=SOURCES[1])
    host.note_on(1, 72, 1.0, source=SOURCES[0])  # the voice is another player's: at the knob again
    arrives(slot, PITCH, [66.0, 72.0, 70.0])
    arrives(slot, INSTRUMENT, [0.25, 0.25, 0.25])


def test_a_parameter_of_one_voice(host: Host, slot: Slot) -> None:
    for note in (66, 68, 70):
        host.note_on(1, note, 1.0)
    assert host.voicing.set_voice(1, 3, "pitch", 65.5) == 65.5
    assert host.voicing.set_voice(1, 2, "pitch", 99.0) == 76.0
    assert slot.set_voice(1, "instrument", 1.0) == 1.0
    arrives(slot, PITCH, [66.0, 76.0, 65.5])
    arrives(slot, INSTRUMENT, [1.0, 0.0, 0.0])
    host.note_off(1, 70)
    host.note_on(1, 71, 1.0)
    arrives(slot, PITCH, [66.0, 76.0, 71.0])
    slot["instrument"] = 0.5
    arrives(slot, INSTRUMENT, [0.5, 0.5, 0.5])
    slot["pitch"] = 70
    arrives(slot, PITCH, [70.0, 70.0, 70.0])


@pytest.mark.parametrize(
    ("voice", "name", "value", "refusal"),
    [
        (0, "pitch", 70.0, "voices 1 to 3"),
        (4, "pitch", 70.0, "voices 1 to 3"),
        (1, "gain", 0.0, "only a parameter"),
        (1, "nope", 0.0, "nope"),
        (1, "pitch", float("nan"), "not a finite number"),
    ],
)
def test_a_voice_that_is_not_there(
    host: Host, voice: int, name: str, value: float, refusal: str
) -> None:
    with pytest.raises(ControlError, match=refusal):
        host.voicing.set_voice(1, voice, name, value)


def test_voices_change_while_notes_are_held(host: Host, slot: Slot) -> None:
    slot["instrument"], slot["gain"], slot["temperature"] = 0.5, -6, 0.25
    host.voicing.set_velocity(1, "soft")
    host.note_on(1, 66, 0.25)
    host.note_on(1, 68, 1.0)
    before = slot.values()
    assert host.voicing.set_voices(1, 5) == 5
    changed = host.slot(1)
    assert changed is not slot
    assert (changed.voices, changed.values()) == (5, before)
    arrives(changed, PITCH, [66.0, 68.0])
    arrives(changed, AMPLITUDE, [0.1 + 0.5 * 0.9, 1.0])
    arrives(changed, GATE, [1.0, 1.0, 0.0, 0.0, 0.0])
    host.note_off(1, 66)
    arrives(changed, GATE, [0.0, 1.0, 0.0, 0.0, 0.0])
    assert host.voicing.set_voices(1, 5) == 5
    assert host.slot(1) is changed
    assert host.load_into(1, changed.voice.compiled).voices == 5


def test_how_notes_are_played_stays_with_the_slot(host: Host, compiled: Compiled) -> None:
    host.voicing.assign(1, "pressure", "instrument")
    assert host.voicing.set_bend_range(1, 200) == 96
    host.voicing.set_mode(1, "legato")
    before = host.voicing.of(1)
    assert host.bend_range(1) == 96
    host.load_into(1, compiled)
    assert host.voicing.of(1) == before
    assert before.pressure == "instrument"


def test_a_slot_is_tuned(host: Host, slot: Slot, tmp_path: Path) -> None:
    scale = tmp_path / "quarter.scl"
    scale.write_text("quarter tones\n2\n50.0\n100.0\n")
    host.voicing.tune(1, str(scale))
    assert host.note_on(1, 66, 1.0) == 64.0  # 63 is below the plugin's range
    assert host.note_on(1, 75, 1.0) == 75
    host.panic()
    host.note_on(1, 75, 1.0)
    arrives(slot, PITCH, [67.5])
    assert host.pitch_of(1, 75) == 67.5
    host.voicing.tune_all("off")
    assert host.pitch_of(1, 75) == 75
    host.panic()
    host.note_on(1, 75, 1.0)
    arrives(slot, PITCH, [75.0])
    with pytest.raises(InputError, match=r"missing\.scl"):
        host.voicing.tune(1, str(tmp_path / "missing.scl"))


def test_slots_that_are_loaded_later_are_tuned(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    scale = tmp_path / "quarter.scl"
    scale.write_text("quarter tones\n2\n50.0\n100.0\n")
    host.voicing.tune_all(str(scale))
    later = host.load(plugin)
    assert host.voicing.of(later.number).tuning == (str(scale),)
    later.note_on(74, 1.0)
    arrives(later, PITCH, [67.0])


def test_what_is_kept_comes_back(host: Host, slot: Slot, tmp_path: Path) -> None:
    scale = tmp_path / "quarter.scl"
    scale.write_text("quarter tones\n2\n50.0\n100.0\n")
    host.voicing.set_mode(1, "legato")
    host.voicing.assign(1, "timbre", "amplitude")
    host.voicing.tune(1, str(scale))
    kept = host.voicing.read(1)
    for change in (
        lambda: host.voicing.set_mode(1, "retrigger"),
        lambda: host.voicing.tune(1, "off"),
    ):
        change()
    assert host.voicing.restore(1, kept) == []
    assert host.voicing.read(1) == kept
    host.slot(1).note_on(75, 1.0)
    arrives(host.slot(1), PITCH, [67.5])


def test_what_does_not_fit_any_more_is_named(host: Host, tmp_path: Path) -> None:
    kept = host.voicing.read(1)
    gone = {**kept, "timbre": "vowel", "tuning": [str(tmp_path / "gone.scl")]}
    problems = host.voicing.restore(1, gone)
    assert len(problems) == 2
    assert "'vowel'" in problems[0]
    assert "gone.scl" in problems[1]
    assert host.voicing.of(1).tuning == ("off",)
    for damaged in ({**kept, "voices": 3}, {**kept, "mode": 3}):
        with pytest.raises(ValueError, match=r"voices|mode"):
            host.voicing.restore(1, damaged)


def test_it_is_part_of_what_is_kept_of_a_slot(host: Host, compiled: Compiled) -> None:
    host.voicing.set_bend_range(1, 12)
    sections = host.sections.slot(1).read()
    assert sections["voicing"]["bend_range"] == 12
    with Host("null", precision="float32") as later:
        later.load(compiled)
        assert later.sections.slot(1).restore(sections) == []
        assert later.voicing.of(1).bend_range == 12
        assert later.slot(1).voices == 3


@pytest.mark.parametrize("damaged", [0, 257, "3", True, None])
def test_a_number_of_voices_that_is_none_is_refused(host: Host, damaged: object) -> None:
    (problem,) = host.sections.slot(1).restore({"voices": damaged})
    assert "voices: not restored (not a whole number from 1 to" in problem
    assert host.slot(1).voices == 3


def test_how_notes_are_played_comes_back_without_the_voices(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.voicing.set_bend_range(1, 12)
    kept = host.sections.slot(1).read()
    host.voicing.set_bend_range(1, 2)
    insisted = []

    def refuse(number: int, voices: int, *, insist: bool = False) -> None:
        insisted.append(insist)
        raise InputError("too much")

    monkeypatch.setattr(host._rack, "set_voices", refuse)
    assert host.sections.slot(1).restore(kept) == ["voices: not restored (too much)"]
    assert host.voicing.of(1).bend_range == 12
    assert insisted == [True]
