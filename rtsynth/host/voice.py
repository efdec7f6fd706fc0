"""A voice: a compiled plugin with its state, as the audio thread plays it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.network_state import check_state, state_floats
from rtsynth.engine.kernels.resample import design_filter
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.bank import keep_state, put_back
from rtsynth.engine.program.layout import CONFIG_ARENA_FLOATS, Events, header_of

F32 = NDArray[np.float32]
Number = TypeVar("Number", bound=np.generic)
CHOSEN = 256  # states of a bank that are kept by name, or for a moment
GIVEN = -1  # when a state was kept that was not kept while the voice played
MOST_WAITING = 128  # as many as there are names
RING_S, RING_STEP_MS = 60, 40
SPARE_S = 6  # more than can be computed ahead
RING_BYTES = 32 << 20  # where a state is large there are fewer of them
_numbers = itertools.count(1)


class Kept(NamedTuple):
    """The memory for what a voice was as blocks began that are computed ahead."""

    pieces: NDArray[np.int64]  # see `rtsynth.engine.live.moments`
    copies: NDArray[np.int32]  # [moments, units]
    frames: NDArray[np.int64]  # [moments] of which they are
    state: list[slice]  # what of the arena there is in a copy, at its end
    heard: Callable[[], tuple[int, int] | None]  # row and frame of what is heard now, see Moments


@dataclass
class Voice:
    """A compiled plugin with its state and filter, described by `words` for the audio thread.

    `number` is of this voice alone; `seed` and `voices` are what it was made of.
    """

    compiled: Compiled
    arena: F32 = field(repr=False)
    words: NDArray[np.int64]
    slot: sh.Slot = field(repr=False)  # keeps the memory `words` points to alive
    latency_frames: float
    number: int
    seed: int
    voices: int
    unused_since: tuple[int, int] | None = None  # see `EngineCore.play`: callbacks and frames
    kept: Kept | None = field(default=None, repr=False)  # where it may be computed anew
    begins_from: F32 | None = field(default=None, repr=False)  # a state, instead of rest
    after: int = 0  # the number of the voice that it goes on as, see `rtsynth.host.carrying`
    tap: F32 | None = field(default=None, repr=False)  # [TAP_CAPACITY] what it put out
    carried: NDArray[np.int64] | None = field(default=None, repr=False)  # what it has of that one
    address: int = field(init=False)  # where the slot words are

    def __post_init__(self) -> None:
        self.address = int(self.words.ctypes.data)

    def heard(self) -> F32:
        """The arena, as it is in what is heard now; what `moments.state_of` leaves out may be.

        Computed ahead it is a copy, up to a block old: of the voice as it is where that is not
        heard yet. A torn picture is possible.
        """
        heard = self.heard_now()
        return self.arena if heard is None else heard

    def heard_now(self) -> F32 | None:
        """As `heard`; None where the voice is in what is computed ahead, and not heard yet."""
        kept = self.kept
        heard = None if kept is None else kept.heard()
        if kept is None or heard is None:
            return self.arena
        if kept.frames[heard[0]] != heard[1]:
            return None
        copy, found = kept.copies[heard[0]].view(np.float32), np.zeros(self.arena.size, np.float32)
        at = copy.size - sum(part.stop - part.start for part in kept.state)
        for part in kept.state:
            end = at + part.stop - part.start
            found[part] = copy[at:end]
            at = end
        return found


def make_voice(compiled: Compiled, rate_hz: int, seed: int = 0, voices: int = 1) -> Voice:
    """A fresh voice of a plugin (or a batch of them) for a device of `rate_hz`."""
    arena = new_arena(compiled, seed, voices)
    plugin_hz = compiled.plugin.sample_rate_hz
    converter = design_filter(plugin_hz, rate_hz)
    filters, advance = converter.rows, converter.advance
    phases, taps = filters.shape
    buffer = np.zeros(taps + (phases + sh.CHUNK_FRAMES * advance) // phases + 1, np.float32)
    bank = new_bank(compiled, voices)
    slot = sh.Slot(compiled.program, arena, header_of(arena), new_queue(), filters, buffer, bank)
    number = next(_numbers)
    words = sh.new_slot_words(slot, advance, number)
    return Voice(compiled, arena, words, slot, converter.latency_frames, number, seed, voices)


def begin_from(voice: Voice, state: F32) -> None:
    """Let a voice that has not played begin from a state instead of rest.

    Raises:
        ValueError: it is no state of its network.
    """
    check_state(voice.compiled, voice.voices, state)
    voice.begins_from = state.copy()
    place_state(voice.compiled, voice.arena, state)


def place_state(compiled: Compiled, arena: F32, state: F32) -> None:
    """Put a state into the arena of voices that do not play."""
    put_back(_beside(compiled, arena, state), 0, -1)


def taken_state(compiled: Compiled, arena: F32) -> F32:
    """The state in the arena of voices that do not play, as all their tiers begin a step."""
    voices = arena.size // int(compiled.program.config[CONFIG_ARENA_FLOATS])
    state = np.zeros(voices * state_floats(compiled), np.float32)
    keep_state(_beside(compiled, arena, state), 0, 0, -1)
    return state


def _beside(compiled: Compiled, arena: F32, state: F32) -> sh.Slot:
    """Voices that do not play, and a bank whose one row is `state`."""
    times, serials, none = (np.zeros(shape, np.int64) for shape in (1, 1, (1, 2)))
    bank = sh.Bank(state[None], serials, times, none, np.zeros(2, np.float32), 1, 1)
    row = np.zeros((1, 1), np.float32)
    return sh.Slot(compiled.program, arena, header_of(arena), new_queue(), row, row[0], bank)


def give_state(voice: Voice, serial: int, state: F32) -> None:
    """Write a state into a voice's bank, so that events can put it back by its serial.

    No state that events may still name is to have that row: see `rtsynth.host.banks`.

    Raises:
        ValueError: it is no state of its network.
    """
    check_state(voice.compiled, voice.voices, state)
    bank, row = voice.slot.bank, serial % CHOSEN
    sh.write_word(bank.serials, row, -1)
    bank.rows[row] = state
    bank.times[row] = GIVEN
    sh.write_word(bank.serials, row, serial)


def read_state(voice: Voice, serial: int) -> F32 | None:
    """A copy of what a voice's bank has by a serial; None: it is not there, or not yet."""
    bank, row = voice.slot.bank, serial % CHOSEN
    if sh.read_word(bank.serials, row) != serial:
        return None
    state = bank.rows[row].copy()
    return state if sh.read_word(bank.serials, row) == serial else None


def read_moment(voice: Voice, sample: int) -> F32 | None:
    """A copy of the latest state of the last minute that is not later than a sample.

    None: it is not there any more, or there was none yet.
    """
    bank = voice.slot.bank
    turn = sample // bank.step
    for wanted in (turn, turn - 1):  # one that waits for its tiers is later than its turn begins
        row = CHOSEN + wanted % (bank.serials.size - CHOSEN)
        kept = sh.read_word(bank.serials, row)
        if 0 <= kept <= sample and kept // bank.step == wanted:
            state: F32 = bank.rows[row].copy()
            if sh.read_word(bank.serials, row) == kept:
                return state
    return None


def new_memory(shape: int | tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
    """Zeros that the audio thread writes to: no page is new to it, which would hold it up."""
    return np.full(shape, 0, kind)


def new_bank(compiled: Compiled, voices: int) -> sh.Bank:
    """An empty bank: room for CHOSEN states, and for those of the last RING_S seconds."""
    floats = voices * state_floats(compiled)
    rate_hz = compiled.plugin.sample_rate_hz
    count = max(1, min(RING_S * 1000 // RING_STEP_MS, RING_BYTES // (4 * floats)))
    step = -(-RING_S * rate_hz // count)
    count += SPARE_S * rate_hz // step + 2  # what is computed ahead takes no place of a moment's
    rows = new_memory((CHOSEN + count, floats), np.float32)
    serials = np.full(CHOSEN + count, -1, np.int64)
    times, waiting = new_memory(CHOSEN + count, np.int64), np.zeros((MOST_WAITING, 2), np.int64)
    return sh.Bank(rows, serials, times, waiting, np.zeros(2, np.float32), CHOSEN, step)


def new_queue() -> Events:
    """An empty queue of the audio thread."""
    return Events(
        np.zeros(sh.QUEUE_CAPACITY, np.int64),
        np.zeros(sh.QUEUE_CAPACITY, np.int32),
        np.zeros(sh.QUEUE_CAPACITY, np.float64),
    )
