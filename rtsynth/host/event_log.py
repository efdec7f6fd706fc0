"""The event log of an engine: everything that determines what it plays, in a file of text.

The audio thread says what it took from the control threads, and in which block (the log ring of
`rtsynth.engine.live.shared`); a thread here adds what the voices were made of, and writes it down.
What is computed ahead is written when it is final: when its block has begun to be played.
`rtsynth.offline.replay` computes the same samples from it.
"""

import logging
import os
import threading
import zlib
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import EngineError
from rtsynth.common.version import __version__
from rtsynth.engine.kernels.jit import CACHE_FOLDER
from rtsynth.engine.live import shared as sh
from rtsynth.host.core import EngineCore
from rtsynth.host.event_lines import (
    FORMAT,
    LARGEST_STATE,
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
    state_to_text,
    to_text,
)
from rtsynth.host.event_start import rounded_weights, start_of
from rtsynth.host.take_file import create_file
from rtsynth.host.voice import GIVEN, Voice
from rtsynth.plugin.opened import is_opened

log = logging.getLogger("rtsynth")
F32 = NDArray[np.float32]

POLL_S = 0.1  # the rings hold seconds
ENGINE = CACHE_FOLDER.name  # stands for the engine's sources
_Taken = Block | Master | Play | Event
_Makes = Callable[[int, int, int, int, float], _Taken]
_LINE_OF: dict[int, _Makes] = {  # of (frame, voice, time, number, value)
    sh.LOGGED_BLOCK: lambda frame, voice, time, number, value: Block(frame, number),
    sh.LOGGED_MASTER: lambda frame, voice, time, number, value: Master(frame, number),
    sh.LOGGED_PLAY: lambda frame, voice, time, number, value: Play(frame, number + 1, voice),
    sh.LOGGED_EVENT: Event,
}


class EventLog:
    """Writes the log of an engine from its first frame on; while nothing is opened, nothing.

    Any thread may call these, one at a time.

    Args:
        core: the engine.
        report: called, from the log's thread, with a line about a problem, at once.
    """

    def __init__(self, core: EngineCore, report: Callable[[str], None] = log.warning) -> None:
        self.path: Path | None = None
        self.problem: str | None = None  # why it ended early, or is incomplete
        self._core, self._report = core, report
        self._handle = -1
        # A voice that is to play, with its memory as it was then; or a state that one was given.
        self._entered: deque[tuple[Voice, F32] | State | Gap] = deque()
        # What was taken and may be computed anew, and the last line of blocks that was written.
        self._taken: list[_Taken] = []
        self._blocks = Block(0, 0)
        self._frame = self._put_out = self._lost = 0
        self._crc32: int | None = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, path: Path) -> Path:
        """Write to `path`, or where a file is already, to the next name that is free (returned).

        Raises:
            EngineError: the engine has played, or a log is open.
            InputError, WriteError: the file cannot be made.
        """
        if self.path is not None or self._core.counter(sh.FRAMES):
            raise EngineError("an event log begins with the sound, and there is one at a time")
        self.path, self._handle = create_file(path)
        if self.path != path:
            log.warning("%s exists; the events go to %s", path, self.path)
        return self.path

    def begin(self) -> None:
        """Log what the engine takes from now on, before it computes anything."""
        if self.path is None or self._thread is not None:
            return
        self._write([Head(FORMAT, __version__, ENGINE, self._core.rate_hz), *self._settings()])
        if self.problem is not None:
            return
        self._core.watch_voices(self._enter, self._given)
        sh.write_word(self._core.words, sh.LOG_BLOCK, 0)
        sh.write_word(self._core.words, sh.LOGGING, 1)
        self._thread = threading.Thread(target=self._run, name="event-log", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Write what is left, and close the file."""
        if self.path is None:
            return
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._pull()
            self._end()
            self._thread = None
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self.path = -1, None

    def _settings(self) -> list[Line]:
        """The mixer as it is before the first block, where it is not as a fresh one."""
        settings, fresh = self._core.mixer.settings, np.zeros(sh.SETTINGS)
        fresh[sh.MASTER_LEVEL] = 1.0
        return [
            Event(0, sh.MIXER_VOICE, sh.NOW, target, float(settings[target]))
            for target in np.flatnonzero(settings != fresh).tolist()
        ]

    def _enter(self, voice: Voice) -> None:
        self._entered.append((voice, voice.arena.copy()))
        if voice.after:
            return  # its bank is that of the voice before: what it has is in the log
        bank = voice.slot.bank
        for row in np.flatnonzero((bank.serials >= 0) & (bank.times == GIVEN)):
            self._given(voice, int(bank.serials[row]), bank.rows[row])

    def _given(self, voice: Voice, serial: int, state: F32) -> None:
        self._entered.append(_state_line(voice, serial, state))

    def _run(self) -> None:
        while not self._stop.wait(POLL_S):
            self._pull()

    def _end(self) -> None:
        sh.write_word(self._core.words, sh.LOGGING, 0)
        self._core.watch_voices(None)
        self._entered.clear()

    def _pull(self) -> None:
        """Write the blocks that were computed since the last time, as far as they are final."""
        if self.problem is not None:
            return
        settled = self._core.settled_frame  # first: what comes later voids nothing before it
        self._take(*self._core.take_log())  # before the voices: theirs are among those
        frame = self._final_end(settled)
        if frame == self._frame:
            return
        lines = list[Line]()
        while self._entered:
            entered = self._entered.popleft()
            if isinstance(entered, State | Gap):
                lines.append(entered)
            else:
                lines += self._voice_lines(*entered)
        count = bisect_left(self._taken, frame, key=lambda line: line.frame)
        lines += self._taken[:count]
        self._blocks = self._blocks_at(frame - 1)
        del self._taken[:count]
        lost = self._core.counter(sh.LOG_LOST)
        if lost > self._lost:
            lines.append(Gap(f"{lost - self._lost} events came too fast to be written down"))
        self._lost, self._frame = lost, frame
        lines.append(Done(frame, self._checksum(frame)))
        self._write(lines)
        gap = next((line for line in lines if isinstance(line, Gap)), None)
        if gap is not None:
            self._fail(f"{self.path}: the event log ends here, it cannot be replayed: {gap.why}")

    def _take(self, rows: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Keep what the log ring had, without what is void."""
        for (kind, frame, voice, time, number), value in zip(
            rows.tolist(), values.tolist(), strict=True
        ):
            if kind == sh.LOGGED_BACK:
                while self._taken and self._taken[-1].frame >= frame:
                    self._taken.pop()
            else:
                self._taken.append(_LINE_OF[kind](frame, voice, time, number, value))

    def _final_end(self, frame: int) -> int:
        """Where the last block ends that begins before a frame; it is final in whole."""
        blocks = self._blocks_at(frame - 1)
        if frame == 0 or blocks.frames == 0:
            return 0
        # The first of all is longer, by what the limiters look ahead.
        begin = blocks.frame or blocks.frames + self._core.counter(sh.LOOKAHEAD)
        return begin + max(0, -(-(frame - begin) // blocks.frames)) * blocks.frames

    def _blocks_at(self, frame: int) -> Block:
        """What was said last of the length of blocks, for the one that a frame is in."""
        said = [line for line in self._taken if isinstance(line, Block) and line.frame <= frame]
        return said[-1] if said else self._blocks

    def _write(self, lines: list[Line]) -> None:
        data = memoryview("".join(map(to_text, lines)).encode())
        try:
            while data:
                data = data[os.write(self._handle, data) :]
        except OSError as error:
            self._fail(f"{self.path}: the disk refused ({error.strerror}); the event log ends here")

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self._end()
        self._report(problem)

    def _checksum(self, frame: int) -> int | None:
        """The CRC-32 of all that was put out before the block at `frame`; None: not known."""
        end = max(frame - self._core.counter(sh.LOOKAHEAD), 0)
        output = self._core.output(self._put_out, end)
        if output is None or self._crc32 is None:
            self._crc32 = None
        else:
            self._crc32 = zlib.crc32(output.tobytes(), self._crc32)
        self._put_out = end
        return self._crc32

    def _voice_lines(self, voice: Voice, arena: F32) -> list[Line]:
        compiled, begins = voice.compiled, voice.begins_from
        plugin = compiled.plugin
        start = start_of(compiled, voice.seed, voice.voices, arena, begins)
        if start is None:
            return [Gap(f"{plugin.name} starts from a state of its own")]
        made = NewVoice(
            voice.number,
            plugin.name,
            "" if plugin.path is None else str(plugin.path.absolute()),
            plugin.content_hash,
            compiled.precision,
            rounded_weights(compiled),
            voice.voices,
            voice.seed,
            [[target, value] for target, value in start],
            int(is_opened(plugin)),
        )
        if voice.after:
            return [made, After(voice.number, voice.after)]
        return [made] if begins is None else [made, _state_line(voice, 0, begins)]


def _state_line(voice: Voice, serial: int, state: F32) -> State | Gap:
    text = state_to_text(state)
    if len(text) > LARGEST_STATE:
        return Gap(f"a state of {voice.compiled.plugin.name} is too large for a line")
    return State(voice.number, serial, text)
