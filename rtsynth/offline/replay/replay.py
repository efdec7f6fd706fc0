"""An event log is played again: the same compiled code, given the same in the same blocks."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.computing import usable_threads
from rtsynth.common.errors import InputError
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.mix import compute_frames
from rtsynth.engine.program.layout import TARGET_FORGET
from rtsynth.host.carrying import go_on_as
from rtsynth.host.core import EngineCore
from rtsynth.host.event_lines import (
    After,
    Block,
    Done,
    Event,
    Gap,
    Head,
    Line,
    Master,
    NewVoice,
    Play,
    State,
    state_from_text,
)
from rtsynth.host.event_log import ENGINE
from rtsynth.host.voice import Voice, begin_from, give_state
from rtsynth.offline.events import warn
from rtsynth.offline.replay.reader import LogReader
from rtsynth.offline.replay.voices import VoiceMaker

F32 = NDArray[np.float32]
LONGEST_S = 86_400.0
AT_ONCE = sh.OUT_CAPACITY // 2  # frames
_PLAYED = (sh.NEXT, sh.SEEN, sh.CURRENT, sh.FADING)
_Change = Play | Master | Event | Block


class Replay:
    """What the engine of a log put out, in pieces float32 [n, 2] (left, right) at `rate_hz`.

    From its first frame on; outputs of slots by themselves are left out.

    The output is compared with what was put out then, as far as the log has its checksums: up to
    frame `same` it is identical; `differs`: behind that it is not.

    Args:
        path: the log.
        threads: how many compute a large plugin; None for as many as there are.

    Raises:
        InputError: one line that names the file, the line in it and the remedy; while it is gone
            through, too.
    """

    def __init__(self, path: Path | str, threads: int | None = None) -> None:
        path = Path(path)
        self._reader = LogReader(path)
        self.rate_hz = self._reader.head.rate_hz
        self.frames = self.same = 0
        self.differs = False
        self._core = EngineCore(self.rate_hz, 1)
        self._maker = VoiceMaker(self.rate_hz, threads or usable_threads(), path.parent)
        self._voices: dict[int, Voice] = {}
        self._block = self._crc32 = 0
        if self._reader.head.engine != ENGINE:
            warn(
                f"{path}: was written by another version of the engine "
                f"({self._reader.head.rtsynth}): what it plays may differ"
            )

    def __iter__(self) -> Iterator[F32]:
        reader = self._reader
        for line in reader:
            if isinstance(line, Gap):
                seconds = self._core.counter(sh.FRAMES) / self.rate_hz
                warn(f"{reader.where}: nothing is known behind {seconds:g} s: {line.why}")
                return
            try:
                if isinstance(line, Block | Play | Master | Event | Done):
                    yield from self._compute(line.frame)
                self._take(line)
            except InputError as error:
                raise InputError(f"{reader.where}: {error}") from error

    def _take(self, line: Line) -> None:
        match line:
            case NewVoice():
                if line.voice == 0 or line.voice in self._voices:
                    raise InputError(f"voice {line.voice} is there already; the file is damaged")
                self._voices[line.voice] = self._maker.make(line)
            case State():
                self._give(line)
            case After():
                self._go_on(line)
            case Block():
                self._block = line.frames
            case Play():
                voice = self._voice(line.voice) if line.voice else None
                self._core.play(line.slot - 1, voice)
            case Master():
                self._core.set_master(bool(line.on))
            case Event():
                self._push(line)
            case Done():
                self._check(line)
                self._forget_voices()
            case Head():
                raise InputError("a second head; the file is damaged")

    def _give(self, line: State) -> None:
        voice = self._voice(line.voice)
        try:
            state = state_from_text(line.state)
            if line.serial > 0:
                give_state(voice, line.serial, state)
            elif voice.words[sh.S_ORIGIN] < 0:
                begin_from(voice, state)
            else:
                raise ValueError("it plays already")
        except ValueError as error:
            raise InputError(f"state: {error}; the file is damaged") from error

    def _go_on(self, line: After) -> None:
        voice, before = self._voice(line.voice), self._voice(line.after)
        if voice.words[sh.S_ORIGIN] >= 0:
            raise InputError(f"voice {line.voice} plays already; the file is damaged")
        try:
            go_on_as(voice, before)
        except ValueError as error:
            raise InputError(
                f"voice {line.after} has other {error}; the file is damaged"
            ) from error

    def _voice(self, number: int) -> Voice:
        if number not in self._voices:
            raise InputError(f"there is no voice {number}; the file is damaged")
        return self._voices[number]

    def _push(self, event: Event) -> None:
        if event.voice == sh.MIXER_VOICE:
            pushed = self._push_setting(event)
        else:
            voice = self._voice(event.voice)
            pushed = self._core.push(voice, event.target, event.value, event.at)
        if not pushed:
            raise InputError("more events than a block can take; the file is damaged")

    def _push_setting(self, event: Event) -> bool:
        if not (0 <= event.target < sh.SETTINGS or event.target == TARGET_FORGET):
            raise InputError(f"the mixer has no target {event.target}; the file is damaged")
        return self._core.push_setting(event.target, event.value, event.at)

    def _compute(self, frame: int) -> Iterator[F32]:
        """All blocks before the one at `frame`."""
        core = self._core
        if frame > LONGEST_S * self.rate_hz:
            raise InputError(f"is more than {LONGEST_S / 3600:g} hours long")
        while core.counter(sh.FRAMES) < frame:
            if self._block == 0:
                raise InputError("frames before the first block; the file is damaged")
            start = core.counter(sh.OUT_HEAD)
            while core.counter(sh.FRAMES) < frame and core.counter(sh.OUT_HEAD) < start + AT_ONCE:
                compute_frames(core.words, self._block)
            piece = core.output(start, core.counter(sh.OUT_HEAD))
            core.forget_unplayed()
            if piece is None:
                raise InputError(f"blocks of {self._block} frames; the file is damaged")
            self.frames += len(piece)
            self._crc32 = zlib.crc32(piece.tobytes(), self._crc32)
            yield piece
        if core.counter(sh.FRAMES) != frame:
            raise InputError(f"no block begins at frame {frame}; the file is damaged")

    def _check(self, line: Done) -> None:
        if line.crc32 is not None and not self.differs:
            if line.crc32 == self._crc32:
                self.same = self.frames
            else:
                self.differs = True

    def _forget_voices(self) -> None:
        """Let go of voices that have played and are no longer: there may be any number."""
        count = sh.MAX_SLOTS
        named = {int(at) for first in _PLAYED for at in self._core.words[first : first + count]}
        self._voices = {
            number: voice
            for number, voice in self._voices.items()
            if voice.address in named or voice.words[sh.S_ORIGIN] < 0
        }
