"""The event log of an engine that is driven without a device: its lines, its end, its failures."""

import os
from pathlib import Path

import pytest

from rtsynth.common.errors import EngineError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import GAIN, RNG_COUNT
from rtsynth.host.core import EngineCore
from rtsynth.host.event_lines import (
    FORMAT,
    Block,
    Done,
    Event,
    Gap,
    Head,
    Line,
    Master,
    NewVoice,
    Play,
    from_text,
)
from rtsynth.host.event_log import EventLog
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver

RATE_HZ = 48_000


def lines_of(path: Path) -> list[Line]:
    return [from_text(line) for line in path.read_text().splitlines()]


def test_it_says_all_that_determines_the_sound(compiled: Compiled, tmp_path: Path) -> None:
    core = EngineCore(RATE_HZ, 2)
    log, path = EventLog(core), tmp_path / "take.events"
    assert log.open(path) == path
    voice = make_voice(compiled, RATE_HZ, seed=9, voices=2)
    core.play(0, make_voice(compiled, RATE_HZ))  # replaced before anything plays
    core.play(0, voice)
    core.mixer.settings[sh.PAN] = -0.5  # as it is placed while nothing plays
    core.set_master(True)
    log.begin()
    core.push(voice, GAIN, 0.25, 77)
    Driver(core).run(200, 100)
    log.finish()
    frames, source = core.counter(sh.FRAMES), compiled.plugin.path
    assert source is not None
    head, *rest = lines_of(path)
    assert isinstance(head, Head)
    assert (head.format, head.rate_hz) == (FORMAT, RATE_HZ)
    assert rest.pop(0) == Event(0, sh.MIXER_VOICE, sh.NOW, sh.PAN, -0.5)
    assert rest[0] == NewVoice(
        voice.number, "random", str(source), compiled.plugin.content_hash,
        "float32", "", 2, 9, [],
    )  # fmt: skip
    assert rest[1:-1] == [
        Block(0, 100), Play(0, 1, voice.number), Event(0, voice.number, 77, GAIN, 0.25),
        Master(0, 1),
    ]  # fmt: skip
    assert isinstance(rest[-1], Done)
    assert rest[-1].frame == frames
    assert core.counter(sh.LOGGING) == 0
    assert log.problem is None


@pytest.mark.parametrize("played", [1, 143, 144, 145, 500])
def test_all_that_was_played_is_in_it(compiled: Compiled, tmp_path: Path, played: int) -> None:
    """Computed ahead, in blocks of 144 frames: the one that the device is in the middle of too."""
    core = EngineCore(RATE_HZ, 2)
    voice = make_voice(compiled, RATE_HZ)
    driver = AheadDriver(core, 4800, voice)
    log, path = EventLog(core), tmp_path / "take.events"
    log.open(path)
    core.play(0, voice)
    core.set_master(True)
    log.begin()
    driver.turns()
    driver.play(played, 100)
    log.finish()
    done = [line for line in lines_of(path) if isinstance(line, Done)]
    ends = [line.frame - core.counter(sh.LOOKAHEAD) for line in done]
    assert ends[-1] == -(-played // 144) * 144


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "take.events"
    path.write_text("mine")
    log = EventLog(EngineCore(RATE_HZ, 2))
    assert log.open(path) == tmp_path / "take-2.events"
    with pytest.raises(EngineError, match="one at a time"):
        log.open(path)
    log.finish()
    assert path.read_text() == "mine"


def test_it_begins_with_the_sound(tmp_path: Path) -> None:
    core = EngineCore(RATE_HZ, 2)
    Driver(core).run(64, 64)
    with pytest.raises(EngineError, match="begins with the sound"):
        EventLog(core).open(tmp_path / "take.events")


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist; create it first"):
        EventLog(EngineCore(RATE_HZ, 2)).open(tmp_path / "no" / "take.events")


def test_a_voice_that_nobody_can_make_again_ends_it(compiled: Compiled, tmp_path: Path) -> None:
    core, told = EngineCore(RATE_HZ, 2), list[str]()
    log, path = EventLog(core, told.append), tmp_path / "take.events"
    log.open(path)
    voice = make_voice(compiled, RATE_HZ)
    voice.slot.header[RNG_COUNT] += 1
    core.play(0, voice)
    log.begin()
    Driver(core).run(64, 64)
    log.finish()
    assert Gap("random starts from a state of its own") in lines_of(path)
    assert told == [log.problem]
    assert "cannot be replayed: random starts from" in told[0]


def test_what_was_lost_ends_it(tmp_path: Path) -> None:
    core, told = EngineCore(RATE_HZ, 2), list[str]()
    log, path = EventLog(core, told.append), tmp_path / "take.events"
    log.open(path)
    log.begin()
    core.words[sh.LOG_LOST] = 12  # as the audio thread would count them
    Driver(core).run(64, 64)
    log.finish()
    assert Gap("12 events came too fast to be written down") in lines_of(path)
    assert len(told) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_reported_and_stops_nothing(tmp_path: Path, compiled: Compiled) -> None:
    core, told = EngineCore(RATE_HZ, 2), list[str]()
    log, path = EventLog(core, told.append), tmp_path / "take.events"
    log.open(path)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._handle)
    os.close(full)
    log.begin()
    assert Driver(core).run(64, 64).size == 64
    log.finish()
    (problem,) = told
    assert problem == log.problem
    assert "take.events: the disk refused" in problem
