"""How notes are played from the start: checked, and what becomes of how they were played before."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from rtsynth import Plugin
from rtsynth.common.errors import InputError
from rtsynth.host.voicing import LEGATO, Voicing
from rtsynth.host.voicing_choice import FLAGS, VoicingChoice

BEFORE = Voicing(5.0, "none", "amplitude", LEGATO, 0.5, ("mts",))
SCALE = "! five.scl\nfive\n 5\n240.\n480.\n720.\n960.\n2/1\n"


def test_nothing_chosen_changes_nothing(plugin: Plugin) -> None:
    choice = VoicingChoice()
    choice.check([plugin])
    assert choice.of(BEFORE, plugin) == BEFORE
    assert choice.given() == {}
    assert choice.tuned() is None


def test_each_flag_changes_its_own(plugin: Plugin, tmp_path: Path) -> None:
    scale = tmp_path / "five.scl"
    scale.write_text(SCALE)
    choice = VoicingChoice(12.0, "hard", "retrigger", "instrument", "auto", str(scale))
    choice.check([plugin])
    assert choice.of(BEFORE, plugin) == Voicing(
        12.0, "instrument", "auto", "retrigger", 2.0, (str(scale),)
    )
    assert list(choice.given()) == list(FLAGS.values())[:-1]
    tuned = choice.tuned()
    assert tuned is not None
    assert tuned.pitch(61) == pytest.approx(62.4)


def test_every_field_has_a_flag() -> None:
    assert [field.name for field in fields(VoicingChoice)] == list(FLAGS)


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"bend_range": 97.0}, "--bend-range 97: give 0 to 96 semitones"),
        ({"bend_range": float("nan")}, "--bend-range nan: give"),
        ({"velocity": "firm"}, "--velocity firm: use soft, linear, hard, or an exponent 0.1..10"),
        ({"velocity": "11"}, "--velocity 11: use soft"),
        ({"velocity": "nan"}, "--velocity nan: use soft"),
        ({"voice_mode": "mono"}, "--voice-mode mono: use retrigger or legato"),
        ({"pressure": "breath"}, "--pressure breath: pressure cannot move 'breath' in random; it"),
        ({"timbre": "pitch"}, "--timbre pitch: timbre cannot move 'pitch' in random; it can move"),
        ({"tuning": "none.scl"}, "none.scl"),
        ({"tuning": "just so"}, "tuning 'just so' does not exist"),
        ({"keyboard_map": "a.kbm"}, "--keyboard-map a.kbm: give --tuning with it"),
    ],
)
def test_what_cannot_be_is_refused(plugin: Plugin, chosen: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=re.escape(problem)):
        VoicingChoice(**chosen).check([plugin])


def test_one_of_several_plugins_needs_the_parameter(plugin: Plugin) -> None:
    choice = VoicingChoice(pressure="instrument")
    others = [p for p in plugin.manifest.parameters if p.name != "instrument"]
    manifest = plugin.manifest.model_copy(update={"parameters": tuple(others)})
    other = Plugin(manifest, plugin.tensors)
    choice.check([other, plugin])
    assert choice.of(BEFORE, plugin).pressure == "instrument"
    assert choice.of(BEFORE, other).pressure == BEFORE.pressure
    with pytest.raises(InputError, match="--pressure instrument: "):
        choice.check([other])
