"""Notes that sound follow a tuning that moves, for as long as it does."""

import logging

import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import BUILT_IN
from rtsynth.host import retuner as module
from rtsynth.host.retuner import Retuner
from tests.rtsynth.host.live import until
from tests.rtsynth.host.test_slot_notes import arrives

PITCH = BUILT_IN + 2


class Studio:
    """A tuning whose master retunes, until it stops."""

    def __init__(self) -> None:
        self.moves = True
        self.offset = 0.25

    def pitch(self, note: float) -> float | None:
        return note + self.offset if note != 65 else None


@pytest.mark.system
def test_held_notes_follow_a_master_that_retunes(compiled: Compiled) -> None:
    studio = Studio()
    with Host("null", precision="float32", voices=3) as host:
        host.load(compiled)
        host.start()
        slot = host.slot(1)
        for note in (66.0, 68.0, 70.0):
            host.note_on(1, note, 1.0)
        slot.tune(("mts",), studio)  # those that sound already, too
        arrives(slot, PITCH, [66.25, 68.25, 70.25])
        host.note_off(1, 68.0)
        studio.offset = 0.5
        arrives(slot, PITCH, [66.5, 68.25, 70.5])
        host.voicing.set_voice(1, 3, "pitch", 74.0)  # moved by hand
        studio.offset = 0.5
        arrives(slot, PITCH, [66.5, 68.25, 74.0])
        assert host.stage.retuner.runs
        slot.tune(("off",), None)
        arrives(slot, PITCH, [66.0, 68.25, 70.0])
        until(lambda: not host.stage.retuner.runs)


class Notes:
    """Follows so many times, or fails."""

    def __init__(self, *rounds: bool | Exception) -> None:
        self.rounds = list(rounds)

    def follow_tuning(self) -> bool:
        now = self.rounds.pop(0)
        if isinstance(now, Exception):
            raise now
        return now


def test_it_goes_on_while_any_tuning_moves(caplog: pytest.LogCaptureFixture) -> None:
    retuner = Retuner()
    short, long = Notes(False), Notes(True, ControlError("no room"), False)
    retuner._followers.update((short, long))
    with caplog.at_level(logging.WARNING):
        assert [retuner._round() for _ in range(3)] == [True, True, False]
    assert "notes could not be retuned: no room" in caplog.text
    assert (short.rounds, long.rounds) == ([], [])


def test_who_is_gone_is_not_followed() -> None:
    retuner = Retuner()
    retuner._followers.add(Notes(True))
    assert not retuner._round()


def test_an_error_of_one_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "log", RateLimitedLog(logging.getLogger("rtsynth")))
    retuner = Retuner()
    broken, sound = Notes(RuntimeError("a bug"), False), Notes(True, True, True, False)
    retuner._followers.update((broken, sound))
    with caplog.at_level(logging.WARNING):
        assert [retuner._round() for _ in range(4)] == [True, True, True, False]
    assert (broken.rounds, sound.rounds) == ([], [])
    assert not retuner.runs
    errors = [record.exc_info for record in caplog.records if record.exc_info]
    assert [str(error) for _, error, _ in errors] == ["a bug"]
