"""The patches for Pure Data, as they are, played by their knobs against a real engine."""

import time
from pathlib import Path

import pytest

from tests.examples.pure_data import opened
from tests.examples.stage import EXAMPLES, START, Stage
from tests.requirements import require
from tests.rtsynth.control.programs import wait_until

PATCHES = EXAMPLES / "pure-data"
CENTS = 20.0
pytestmark = [pytest.mark.measure, pytest.mark.alone]


def test_play(stage: Stage, tmp_path: Path) -> None:
    """A note of the pitch asked for, a sweep, a level; values and meters come back."""
    require("pd")
    with opened(PATCHES / "play.pd", stage.port, tmp_path, ("pitch-now", "peak")) as patch:
        patch.move("note", 71)
        assert stage.notes(1) == [(71, 0.8)]
        sound = stage.record(0.4)
        assert sound.pitches_near([71]) == pytest.approx([71], abs=CENTS / 100)
        assert sound.level_db(71) > -60
        assert stage.sent("/slot/1/note/off") == (71,)
        patch.move("gain", -20)
        stage.value("/slot/1/gain", -20)
        patch.move("follow", 1)
        assert wait_until(lambda: bool(patch.shown("peak")))
        patch.move("sweep", "bang")
        stage.value("/slot/1/param/pitch", 76)
        assert wait_until(lambda: patch.shown("pitch-now")[-1:] == ["76"])
        seen = [float(shown) for shown in patch.shown("pitch-now")]
        assert seen == sorted(seen)
        assert len(seen) > 20
        patch.move("pitch", 99)
        assert wait_until(lambda: bool(patch.shown("fail")))
        assert patch.shown("fail")[0].startswith("/slot/1/param/pitch 99 is out of range")
        patch.move("follow", 0)


def test_sequence(stage: Stage, tmp_path: Path) -> None:
    """Eight steps with a rest, round and round; then presets and the fader between them."""
    require("pd")
    with opened(PATCHES / "sequence.pd", stage.port, tmp_path, ()) as patch:
        patch.move("step-ms", 60)
        patch.move("run", 1)
        played = [pitch for pitch, _ in stage.notes(14)]
        assert played == [64, 67, 71, 76, 74, 71, 67] * 2
        patch.move("run", 0)
        for name, instrument, release in (("a", 0, 20), ("b", 1, 500)):
            patch.move("instrument", instrument)
            patch.move("release", release)
            stage.value("/slot/1/envelope/release", release)
            patch.move(f"keep-{name}", "bang")
            assert wait_until(lambda name=name: name in kept(stage))
        patch.move("morph", 0.75)
        (between,) = stage.sent("/slot/1/envelope/release")
        assert 20 < between < 500
        patch.move("morph", 1)
        stage.value("/slot/1/envelope/release", 500)
        patch.move("morph", 0)
        stage.value("/slot/1/param/instrument", 0)
        assert not patch.shown("fail")


def kept(stage: Stage) -> tuple[object, ...]:
    return stage.client.ask("/slot/1/preset/list", reply="/slot/1/preset/names")


def test_voices(stage: Stage, tmp_path: Path) -> None:
    """Each fader moves its own note in the mix, and no other."""
    require("pd")
    with opened(PATCHES / "voices.pd", stage.port, tmp_path, ()) as patch:
        patch.move("chord", 1)
        assert stage.notes(4) == [(66, 0.8), (69, 0.8), (71, 0.8), (74, 0.8)]
        before = stage.record(1.0)
        asked = [66, 69, 71, 74]
        assert before.pitches_near(asked) == pytest.approx(asked, abs=CENTS / 100)
        patch.move("pitch-1", 67)
        patch.move("pitch-4", 72.7)
        patch.move("level-2", 0.1)
        stage.value("/slot/1/voice/2/param/amplitude", 0.1)
        after = stage.record(1.0)
        asked = [67, 69, 71, 72.7]
        assert after.pitches_near(asked) == pytest.approx(asked, abs=CENTS / 100)
        assert after.level_db(69) < before.level_db(69) - 6
        assert after.level_db(71) == pytest.approx(before.level_db(71), abs=3)
        patch.move("chord", 0)
        for pitch in (66, 69, 71, 74):
            assert stage.sent("/slot/1/note/off") == (pitch,)
        assert not patch.shown("fail")


def test_states(stage: Stage, tmp_path: Path) -> None:
    """Two moments of a note are kept, put back, mixed and looped; then notes begin from one."""
    require("pd")
    with opened(PATCHES / "states.pd", stage.port, tmp_path, ()) as patch:
        patch.move("hold", 1)
        assert stage.notes(1) == [(69, 0.8)]
        time.sleep(1.2)  # there is a second to go back
        for name in "ab":
            patch.move(f"keep-{name}", "bang")
            assert wait_until(lambda name=name: name in stage.states()[0])
        assert stage.states() == (["a", "b"], "")
        for name in "ba":
            patch.move(f"recall-{name}", "bang")
            assert stage.sent("/slot/1/bank/recall") == (name, 0)
        patch.move("back", "bang")
        assert stage.sent("/slot/1/bank/back") == (1, 0)
        patch.move("morph", 0.25)
        assert stage.sent("/slot/1/bank/morph") == ("a", 0.75, "b", 0.25)
        for name, value, seconds in (("loop", 1, 0.2), ("loop-ms", 50, 0.05), ("loop", 0, 0)):
            patch.move(name, value)
            assert stage.sent("/slot/1/bank/loop") == ("a", pytest.approx(seconds))
        patch.move("hold", 0)
        assert stage.sent("/slot/1/note/off") == (69,)
        for begins, name in ((1, "a"), (0, "")):
            patch.move("begin", begins)
            assert wait_until(lambda name=name: stage.states() == (["a", "b"], name))
            patch.move("note", 64)
            assert stage.notes(1) == [(64, 0.8)]
        assert not patch.shown("fail")


@pytest.mark.parametrize("path", sorted(PATCHES.glob("*.pd")), ids=lambda path: path.name)
def test_a_patch_says_how_to_start(path: Path) -> None:
    head = path.read_text().splitlines()[1:5]
    assert head[0].startswith("#X text 20 14 rtsynth: ")
    assert START in head[1]
    assert path.name in head[2]
