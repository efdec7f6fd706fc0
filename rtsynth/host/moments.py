"""Memory for what an engine that computes ahead goes back to, and what of it is heard right now.

See `rtsynth.engine.live.moments`. The copies of a voice are as many floats as its state has, times
the blocks that are computed ahead: 13 MB for three layers of 800 units at 400 ms.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.moments import MARGIN_MS
from rtsynth.engine.program.layout import CONFIG_ARENA_FLOATS, CONFIG_SOUND, SOUND_SAMPLES
from rtsynth.engine.program.ops import OPS, Recall, op_of
from rtsynth.host.voice import Kept, Voice, new_memory

F32 = NDArray[np.float32]
UNIT = 4  # bytes
STEP_MS = 3  # of a block that is computed ahead: the smaller, the sooner a change is heard
LEAST_STEPS = 8  # in what is computed ahead: the smaller, the more of it is always there
SPARE = 8  # blocks: of what was played last, and of one that is being kept
LONGEST_CALLBACK = 4096  # frames that are reckoned with


def step_frames(ahead: int, rate_hz: int) -> int:
    """Frames of a block, where so many are computed ahead."""
    return max(1, min(sh.CHUNK_FRAMES, ahead // LEAST_STEPS, rate_hz * STEP_MS // 1000))


def pieces_of(arrays: Iterable[NDArray[np.generic]]) -> NDArray[np.int64]:
    """Where some memory is, as `rtsynth.engine.live.moments` reads it, of contiguous arrays."""
    table = [(array.ctypes.data, array.nbytes // UNIT) for array in arrays]
    return np.array([(len(table), sum(units for _, units in table)), *table], np.int64)


def state_of(compiled: Compiled, size: int) -> list[slice]:
    """The stretches of an arena of `size` floats that are state.

    That is all but what a recall keeps, and the sound of before, which nothing is computed from.
    """
    floats = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    is_state = np.ones(floats + 2, np.bool_)
    is_state[[0, -1]] = False
    sound = 1 + int(compiled.program.config[CONFIG_SOUND])
    is_state[sound : sound + SOUND_SAMPLES] = False
    for row in compiled.program.ops:
        if OPS[int(row[0])] is Recall and isinstance(op := op_of(row), Recall):
            for at, count in (
                (op.kept, op.inputs),
                (op.stamps, op.levels),
                (op.table, op.levels * op.size),
            ):
                is_state[1 + at : 1 + at + count] = False
    edges = np.flatnonzero(np.diff(is_state)).reshape(-1, 2)
    return [
        slice(voice + int(start), voice + int(end))
        for voice in range(0, size, floats)
        for start, end in edges
    ]


def parts_of(voice: Voice) -> list[NDArray[np.generic]]:
    """The memory of all that a voice's next samples depend on, its arena last."""
    buffer = voice.slot.buffer[: voice.slot.filters.shape[1]]
    clock = voice.words[: sh.S_ORIGIN + 1]
    bank = voice.slot.bank
    state = state_of(voice.compiled, voice.arena.size)
    # Of the queue in whole: that costs less than to tell which part is used.
    around = (clock, *voice.slot.queue, buffer, bank.waiting, bank.joint)
    return [*around, *(voice.arena[part] for part in state)]


class Moments:
    """The moments of one engine: no memory for them until `begin`.

    Args:
        words: the engine words.
        mixer, floats, levels: what of the engine a moment has besides.
    """

    def __init__(self, words: NDArray[np.int64], mixer: sh.Mixer, floats: F32, levels: F32) -> None:
        self._words, self._mixer = words, mixer
        self._floats, self._levels = floats, levels
        self._table = np.zeros((0, sh.MOMENT_WORDS), np.int64)
        self._memory: dict[int, NDArray[np.generic]] = {}

    @property
    def kept(self) -> bool:
        """Whether the engine keeps moments now."""
        return bool(self._words[sh.MOMENTS])

    @property
    def margin_frames(self) -> int:
        """Frames beyond the next callback that stay as they are, whatever changes.

        0 where nothing is computed ahead; before that begins, what there will be first.
        """
        words = self._words
        first = min(MARGIN_MS * int(words[sh.RATE_HZ]) // 1000, int(words[sh.AHEAD]))
        return int(sh.read_word(words, sh.MARGIN)) if self.kept else first

    def begin(self, voices: Sequence[Voice]) -> None:
        """Have memory for as far ahead as the sound is computed, while nothing is."""
        words = self._words
        frames = int(words[sh.AHEAD]) + max(int(words[sh.BLOCK_FRAMES]), LONGEST_CALLBACK)
        count = frames // int(words[sh.STEP_FRAMES]) + SPARE
        self._table = np.zeros((count, sh.MOMENT_WORDS), np.int64)
        pieces = self._pieces()
        self._memory = {
            sh.MOMENTS: self._table,
            sh.PIECES: pieces,
            sh.KEPT: new_memory((count, int(pieces[0, 1])), np.int32),
            sh.JOURNAL: new_memory((sh.JOURNAL_CAPACITY, sh.JOURNAL_WORDS), np.int64),
            sh.JOURNAL_VALUES: new_memory(sh.JOURNAL_CAPACITY, np.float64),
        }
        for word in (
            sh.MOMENT_NEXT, sh.FLOOR, sh.JOURNAL_HEAD, sh.JOURNAL_TAIL, sh.LATEST_NOW, sh.LOOKED,
            sh.MARGIN_GREW, sh.CALM_BACKS,
        ):  # fmt: skip
            words[word] = 0
        words[sh.MOMENT_COUNT], words[sh.CLAIM] = count, words[sh.PLAYED]
        words[sh.LEAST_LEFT], words[sh.BACK_PLAYED] = sh.OUT_CAPACITY, -(1 << 62)
        words[sh.MARGIN] = self.margin_frames
        for word, memory in self._memory.items():
            words[word] = memory.ctypes.data
        for voice in voices:
            self.add(voice)

    def end(self) -> None:
        """Nothing is computed ahead any more: what there is now is what is heard."""
        self._words[sh.MOMENTS] = 0

    def add(self, voice: Voice) -> None:
        """Have memory for a voice, before it is published."""
        if not self.kept:
            return
        count, state = len(self._table), state_of(voice.compiled, voice.arena.size)
        pieces = pieces_of(parts_of(voice))
        copies = new_memory((count, int(pieces[0, 1])), np.int32)
        voice.kept = Kept(pieces, copies, np.full(count, -1, np.int64), state, self._heard)
        for word, memory in (
            (sh.S_PIECES, pieces), (sh.S_KEPT, copies), (sh.S_STAMPS, voice.kept.frames),
        ):  # fmt: skip
            voice.words[word] = memory.ctypes.data

    def unheard(self) -> tuple[int, float]:
        """How often it was gone back, and the seconds that are computed and not heard yet."""
        words = self._words
        backs, head = (int(sh.read_word(words, word)) for word in (sh.BACKS, sh.OUT_HEAD))
        frames = head - int(sh.read_word(words, sh.PLAYED)) if self.kept else 0
        return backs, frames / int(words[sh.RATE_HZ])

    def levels(self) -> F32:
        """The meters, float32 [METERS, 2], as they are of what is heard now."""
        heard = self._heard()
        if heard is None:
            return self._levels
        kept: F32 = self._memory[sh.KEPT][heard[0], : self._levels.size].view(np.float32)
        return kept.reshape(self._levels.shape)

    def _heard(self) -> tuple[int, int] | None:
        """Row and first frame of the block that is played; None if nothing is ahead of that."""
        if not self.kept:
            return None
        played, count = int(sh.read_word(self._words, sh.PLAYED)), len(self._table)
        after = int(sh.read_word(self._words, sh.MOMENT_NEXT))
        rows = np.arange(after - 1, max(after - count, 0) - 1, -1) % count
        heard = rows[self._table[rows, sh.MOMENT_HEAD] <= played]
        return (int(heard[0]), int(self._table[heard[0], sh.MOMENT_FRAME])) if heard.size else None

    def _pieces(self) -> NDArray[np.int64]:
        mixer, size = self._mixer, int(self._words[sh.LOOKAHEAD]) + 1
        limiters = mixer.limiters
        rings = (limiters.delayed, limiters.wanted, limiters.falls)
        return pieces_of(
            [
                self._levels,  # first: `levels` finds it there
                self._floats,
                mixer.settings,
                *mixer.queue,
                mixer.gains,
                mixer.offsets,
                limiters.words,
                *(row[:size] for ring in rings for row in ring),
            ]
        )
