"""Reading MIDI files (SMF 1.0) as they are found: what is foreign or damaged is left out.

Programs of forty years write these files, and few keep to the standard: chunks that only the writer
knows, a header that counts other tracks, meta messages of a wrong length, a RIFF wrapper (RMID), a
track that breaks off. None of that is needed to play the notes. A file is refused only if it holds
no header or does not give the length of a tick.

Chunk: 4 letters, size (big-endian), contents. Track: (delta time, message) one behind the other;
both the delta time and the sizes inside are variable-length quantities of at most 4 bytes.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_bytes
from rtsynth.offline.events import LONGEST_S

LARGEST_BYTES = 16_000_000
MOST_MESSAGES = 1_000_000
MOST_MOVES = 300_000  # notes, controllers, pressure, bends; an opera has half as many
_NAME = re.compile(rb"[ -~]{4}")  # of a chunk
DEFAULT_TEMPO_US = 500_000  # a beat: 120 a minute
# Frames a second that a header may give instead of beats; 29 is 30 without the dropped ones.
FRAME_RATES = {29: 30_000 / 1001}

HEADER, TRACK = b"MThd", b"MTrk"
_NOTE_OFF, _NOTE_ON, _CONTROL, _PRESSURE, _BEND = 0x80, 0x90, 0xB0, 0xD0, 0xE0
_KEPT = (_NOTE_OFF, _NOTE_ON, _CONTROL, _PRESSURE, _BEND)
_META, _SYSEX, _ESCAPE = 0xFF, 0xF0, 0xF7
_TEMPO, _END = 0x51, 0x2F
_CUT = "truncated ends of tracks"
# Bytes behind a status: of channel messages by its upper half, of the system's own as a whole.
_SIZES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_SYSTEM_SIZES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


class TimedMessage(NamedTuple):
    """A channel message, or a tempo, and its time in seconds from the start."""

    time_s: float
    message: mido.Message


class MidiFile:
    """The notes, controllers, pressure, bends, tempos of all tracks, in the order of their times.

    Messages of one time stand in the order of their tracks, but what ends a note that sounded
    before comes before every note that begins: else a note struck again at once would be ended by
    the end of the one before. A note that begins and ends at one time does so in this order.

    Raises:
        InputError: one line that names the file: not readable, too large, no MIDI file.
    """

    def __init__(self, path: Path) -> None:
        self._left_out: Counter[str] = Counter()
        self._path = path
        data = read_bytes(path, LARGEST_BYTES, "a MIDI file")
        start, end = _without_wrapper(data)
        chunks = _chunks(data, start, end)
        header = next(chunks, None)
        if header is None or header.name != HEADER or header.end - header.start < 6:
            raise InputError(f"{path}: not a MIDI file, or a damaged one: it has no header")
        self._kind, promised, division = (
            int.from_bytes(data[at : at + 2], "big")
            for at in range(header.start, header.start + 6, 2)
        )
        self._tick_s, self._ticks_a_beat = self._clock(division)
        self._events = _Events()
        tracks = 0
        for chunk in chunks:
            if chunk.name == TRACK:
                tracks += 1
                self._read_track(data, chunk)
            else:
                self._leave_out("unknown chunks")
        self._leave_out("missing tracks that the header promises", promised - tracks)
        self._order = self._sorted()

    @property
    def left_out(self) -> str:
        """What was left out so far, and how often: "unknown chunks (2), ..."; or ""."""
        return ", ".join(f"{what} ({count})" for what, count in self._left_out.items())

    @property
    def length_s(self) -> float:
        """When its last track ends, LONGEST_S at most."""
        return max((time_s for time_s, _ in self._timed()), default=0.0)

    def __iter__(self) -> Iterator[TimedMessage]:
        for time_s, word in self._timed():
            if word is not None and word >> 24 == _META:
                if not self._tick_s:  # it is that of beats
                    tempo = mido.MetaMessage("set_tempo", tempo=word & 0xFFFFFF)
                    yield TimedMessage(time_s, tempo)
            elif word is not None:
                status = word >> 16
                parts = [status, word >> 8 & 0x7F, word & 0x7F][: 1 + _SIZES[status & 0xF0]]
                yield TimedMessage(time_s, mido.Message.from_bytes(parts))

    def _timed(self) -> Iterator[tuple[float, int | None]]:
        """(seconds from the start, message as a number), then the end of the last track."""
        time_s, last, beat_s = 0.0, 0, DEFAULT_TEMPO_US * 1e-6
        ticks, words = self._events.ticks, self._events.words
        for done, index in enumerate(self._order.tolist()):
            tick, word = ticks[index], words[index]
            tick_s = self._tick_s or beat_s / self._ticks_a_beat
            time_s, last = time_s + (tick - last) * tick_s, tick
            if time_s > LONGEST_S:
                self._leave_out("messages after the first day", len(self._order) - done)
                yield LONGEST_S, None
                return
            if word >> 24 == _META:
                beat_s = (word & 0xFFFFFF) * 1e-6
            yield time_s, word
        tick_s = self._tick_s or beat_s / self._ticks_a_beat
        yield min(time_s + max(self._events.last_tick - last, 0) * tick_s, LONGEST_S), None

    def _clock(self, division: int) -> tuple[float, int]:
        """(seconds of a tick, 1) where ticks are parts of a film's frames, else (0, of a beat)."""
        frames, parts = 256 - (division >> 8), division & 0xFF
        if division & 0x8000 and parts:
            return 1 / (FRAME_RATES.get(frames, frames) * parts), 1
        if division == 0 or division & 0x8000:
            raise InputError(f"{self._path}: its header does not give the length of a tick")
        return 0.0, division

    def _leave_out(self, what: str, count: int = 1) -> None:
        if count > 0:
            self._left_out[what] += count

    # ------------------------------------------------------------------------------- a track

    def _read_track(self, data: bytes, chunk: "_Chunk") -> None:
        """Add what a track holds; one that breaks off is read up to there."""
        # Tracks of a type 2 file are pieces of their own: one is played after the other.
        tick = self._events.last_tick if self._kind == 2 else 0
        if tick:
            self._keep(tick, _META << 24 | DEFAULT_TEMPO_US)
        reader = _Bytes(data, chunk.start, chunk.end)
        status = 0
        try:
            while reader.at < reader.end:
                tick += reader.quantity()
                status = self._read_message(reader, tick, status)
                if status == _END:
                    break
            else:
                if chunk.is_cut:
                    self._leave_out(_CUT)
        except _BrokenError as error:
            self._leave_out(str(error))
        self._events.end_track(tick)

    def _read_message(self, reader: "_Bytes", tick: int, running: int) -> int:
        """One message; returns the status that holds for the next one, _END at the track's end."""
        self._events.read += 1
        if self._events.read > MOST_MESSAGES:
            raise InputError(f"{self._path}: has more than {MOST_MESSAGES:,} messages; split it")
        status = reader.peek()
        if status < 0x80:
            status = running
        else:
            reader.at += 1
        if status == 0:
            raise _BrokenError("the rest of tracks after an invalid byte")
        kind = status & 0xF0
        if kind == 0xF0:
            return _END if self._read_system(reader, tick, status) else running
        first = reader.data_byte()
        second = reader.data_byte() if _SIZES[kind] == 2 else 0
        if kind in _KEPT:
            self._keep(tick, status << 16 | first << 8 | second)
        return status

    def _read_system(self, reader: "_Bytes", tick: int, status: int) -> bool:
        """A meta or system message; whether it ends the track."""
        if status == _META:
            kind = reader.byte()
            contents = reader.take(reader.quantity())
            if kind == _TEMPO:
                tempo_us = int.from_bytes(contents[:3], "big")
                if len(contents) >= 3 and tempo_us > 0:
                    self._keep(tick, _META << 24 | tempo_us)
                else:
                    self._leave_out("tempos without a value")
            return kind == _END
        if status in (_SYSEX, _ESCAPE):
            reader.take(reader.quantity())
        else:
            reader.take(_SYSTEM_SIZES.get(status, 0))
        return False

    def _keep(self, tick: int, word: int) -> None:
        if len(self._events.words) >= MOST_MOVES:
            raise InputError(
                f"{self._path}: has more than {MOST_MOVES:,} notes and moves of controllers; "
                "split it"
            )
        self._events.ticks.append(tick)
        self._events.words.append(word)

    # ------------------------------------------------------------------------------ the order

    def _sorted(self) -> NDArray[np.int64]:
        """The order in which messages are played."""
        ticks = np.array(self._events.ticks, np.int64)
        order = np.argsort(ticks, kind="stable")
        starts = np.flatnonzero(np.diff(ticks[order], prepend=-1))
        words, sounding = self._events.words, set[int]()
        for start, end in pairwise([*starts.tolist(), len(order)]):
            group = order[start:end].tolist()
            if len(group) > 1:
                group = _ends_first([(index, words[index]) for index in group], sounding)
                order[start:end] = group
            for index in group:
                _follow(words[index], sounding)
        return order


def _key_of(word: int) -> tuple[int, bool] | None:
    """(channel and note, whether it begins) of a note's message."""
    kind = word >> 16 & 0xF0 if word >> 24 == 0 else 0
    if kind not in (_NOTE_OFF, _NOTE_ON):
        return None
    return word >> 8 & 0x0F7F, kind == _NOTE_ON and word & 0x7F > 0


def _follow(word: int, sounding: set[int]) -> None:
    note = _key_of(word)
    if note is not None and note[1]:
        sounding.add(note[0])
    elif note is not None:
        sounding.discard(note[0])


def _ends_first(group: list[tuple[int, int]], sounding: set[int]) -> list[int]:
    """The messages (number, word) of one time, with the ends of what sounded before the begins."""
    notes = [(index, _key_of(word)) for index, word in group]
    first = next((place for place, (_, note) in enumerate(notes) if note and note[1]), len(notes))
    before = set(sounding)
    for _, word in group[:first]:
        _follow(word, before)
    ends, rest = [], []
    for index, note in notes[first:]:
        if note and not note[1] and note[0] in before:
            before.discard(note[0])
            ends.append(index)
        else:
            rest.append(index)
    return [index for index, _ in notes[:first]] + ends + rest


# ---------------------------------------------------------------------------------- the bytes


class _BrokenError(Exception):
    """The rest of a track is unreadable; the text names what is left out."""


class _Events:
    """Messages of all tracks: their ticks, and status and data as one number.

    A tempo is the status _META in the highest byte and the microseconds of a beat below.
    """

    def __init__(self) -> None:
        self.ticks = array("q")
        self.words = array("Q")
        self.read = 0  # messages, with those that are not kept
        self.last_tick = 0

    def end_track(self, tick: int) -> None:
        self.last_tick = max(self.last_tick, tick)


class _Bytes:
    """Reads a track."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self.at, self.end = data, start, end

    def peek(self) -> int:
        if self.at >= self.end:
            raise _BrokenError(_CUT)
        return self._data[self.at]

    def byte(self) -> int:
        value = self.peek()
        self.at += 1
        return value

    def data_byte(self) -> int:
        """0..127; some programs write more, and mean the most."""
        return min(self.byte(), 0x7F)

    def quantity(self) -> int:
        value = 0
        for _ in range(4):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise _BrokenError("the rest of tracks after a time or size that is too large")

    def take(self, size: int) -> bytes:
        if size > self.end - self.at:
            raise _BrokenError(_CUT)
        self.at += size
        return self._data[self.at - size : self.at]


class _Chunk(NamedTuple):
    name: bytes
    start: int
    end: int
    is_cut: bool  # the file ends before it


def _without_wrapper(data: bytes) -> tuple[int, int]:
    """Where the MIDI file is: behind a RIFF header or what else stands before its own."""
    start = max(data.find(HEADER), 0)
    if data[:4] == b"RIFF" and data[max(start - 8, 0) : start - 4] == b"data":
        size = int.from_bytes(data[start - 4 : start], "little")
        return start, min(start + size, len(data)) if size >= 14 else len(data)
    return start, len(data)


def _chunks(data: bytes, start: int, end: int) -> Iterator[_Chunk]:
    """The chunks one after the other."""
    while start + 8 <= end:
        name, size = data[start : start + 4], int.from_bytes(data[start + 4 : start + 8], "big")
        stop = start + 8 + size
        is_cut = stop > end
        if is_cut or not (stop == end or _NAME.fullmatch(data[stop : stop + 4])):
            # Its size is wrong: it extends to the next track, if there is one.
            following = data.find(TRACK, start + 8, end)
            stop = end if following < 0 else following
        yield _Chunk(name, start + 8, stop, is_cut)
        start = stop
