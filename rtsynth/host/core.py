"""The control threads' side of `rtsynth.engine.live.shared`: publishing plugins and events.

Any thread may call anything here; `push` and `play` serialise their callers with a lock that the
audio thread knows nothing of.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.kernels.records import put
from rtsynth.engine.live import shared as sh
from rtsynth.host.mixer_memory import new_mixer
from rtsynth.host.moments import Moments, step_frames
from rtsynth.host.voice import Voice, give_state, new_memory

F32 = NDArray[np.float32]
FADE_TIMEOUT_S = 0.5
STALLED_S = 1.0  # a device that has taken nothing for so long, and two blocks, is not waited for
ANCHOR_STALE_NS = 1_000_000_000
JITTER_NS = 5_000_000  # callbacks begin earlier than on average, but not by more


class EngineCore:
    """Owns the shared memory of one engine.

    Args:
        own_outputs: of how many slots there is an output by itself, behind left and right.
    """

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        words: NDArray[np.int64] | None = None,
        own_outputs: int = 0,
    ) -> None:
        self.rate_hz = rate_hz
        rows = 2 + own_outputs
        # Zeros, of our own or in memory that another process reads (`rtsynth.processes.life`).
        self.words = np.zeros(sh.ENGINE_WORDS, np.int64) if words is None else words
        self.out_ring = new_memory((rows, sh.OUT_CAPACITY), np.float32)
        self.timing_ring = new_memory(sh.TIMING_CAPACITY, np.int64)
        self.cpu_ring = new_memory(sh.TIMING_CAPACITY, np.int64)
        self.levels = new_memory((sh.METERS, 2), np.float32)
        self._rings: dict[int, NDArray[Any]] = {
            sh.EVENT_TIMES: new_memory(sh.EVENT_CAPACITY, np.int64),
            sh.EVENT_VOICES: new_memory(sh.EVENT_CAPACITY, np.int64),
            sh.EVENT_TARGETS: new_memory(sh.EVENT_CAPACITY, np.int64),
            sh.EVENT_VALUES: new_memory(sh.EVENT_CAPACITY, np.float64),
            sh.OUT_RING: self.out_ring,
            sh.TIMING_RING: self.timing_ring,
            sh.CPU_RING: self.cpu_ring,
            sh.MIX: new_memory((rows, sh.CHUNK_FRAMES), np.float32),
            sh.PART: new_memory(sh.CHUNK_FRAMES, np.float32),
            sh.LEVELS: self.levels,
            sh.FLOATS: new_memory(sh.ENGINE_FLOATS, np.float32),
            sh.LOG_RECORDS: new_memory((sh.LOG_CAPACITY, sh.LOG_WORDS), np.int64),
            sh.LOG_VALUES: new_memory(sh.LOG_CAPACITY, np.float64),
        }
        for word, array in self._rings.items():
            self.words[word] = array.ctypes.data
        self._paths = new_memory((3, sh.CHUNK_FRAMES), np.float32)
        self.mixer = new_mixer(self._paths, own_outputs)
        put(self.words, sh.MIXER, self.mixer)
        self.words[sh.OUT_ROWS] = rows
        self.words[sh.RATE_HZ] = rate_hz
        self.words[sh.LOOKAHEAD] = lookahead_frames(rate_hz)
        self.words[sh.CHANNELS] = channels
        self._lock = threading.Lock()
        self._silent_at: int | None = None  # the frame at which the last fade-out had ended
        self._alive: list[Voice] = []  # published and perhaps still being faded out
        self._enter: Callable[[Voice], None] | None = None
        self._give: Callable[[Voice, int, F32], None] | None = None
        self.moments = Moments(self.words, self.mixer, self._rings[sh.FLOATS], self.levels)

    def set_device(self, rate_hz: int, block_frames: int) -> None:
        """Tell the rate of the device and the frames of a callback, before anything plays."""
        self.rate_hz = self.words[sh.RATE_HZ] = rate_hz
        if self.counter(sh.FRAMES) == 0:
            self.words[sh.LOOKAHEAD] = lookahead_frames(rate_hz)
        self.words[sh.BLOCK_FRAMES] = block_frames

    def set_ahead(self, frames: int) -> None:
        """Have the sound computed so far ahead of the device, before anything plays; 0: not."""
        self.words[sh.AHEAD] = frames
        self.words[sh.STEP_FRAMES] = step_frames(frames, self.rate_hz)

    def begin_moments(self) -> None:
        """Keep moments of what is computed ahead, from now on: before anything is."""
        with self._lock:
            self.moments.begin(self._alive)

    def end_moments(self) -> None:
        """Keep none any more: nothing is computed ahead."""
        with self._lock:
            self.moments.end()

    def play(self, slot: int, voice: Voice | None) -> None:
        """Fade slot number `slot` (from 0) to a voice nobody plays yet, or to nothing."""
        with self._lock:
            self._free_voices()
            if voice is not None:
                self._alive.append(voice)
                self.moments.add(voice)
                if self._enter is not None:
                    self._enter(voice)
            sh.write_word(self.words, sh.NEXT + slot, 0 if voice is None else voice.address)

    def watch_voices(
        self,
        enter: Callable[[Voice], None] | None,
        give: Callable[[Voice, int, F32], None] | None = None,
    ) -> None:
        """Have `enter` called with each voice just before it plays; now with those that are to.

        And `give` with each state (and its serial) that is given to one of them after that.
        """
        with self._lock:
            self._enter, self._give = enter, give
            if enter is not None:
                next_voices = set(self.words[sh.NEXT : sh.NEXT + sh.MAX_SLOTS].tolist())
                for voice in self._alive:
                    if voice.address in next_voices:
                        enter(voice)

    def give_state(self, voice: Voice, serial: int, state: F32) -> None:
        """Let a voice that plays have a state under a serial, see `voice.give_state`.

        Raises:
            ValueError: it is no state of its network.
        """
        with self._lock:
            give_state(voice, serial, state)
            if self._give is not None:
                self._give(voice, serial, state)

    def take_log(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Take all there is off the log ring: rows and values."""
        head, tail = self.counter(sh.LOG_HEAD), self.counter(sh.LOG_TAIL)
        at = np.arange(tail, head) % sh.LOG_CAPACITY
        rows, values = self._rings[sh.LOG_RECORDS][at], self._rings[sh.LOG_VALUES][at]
        sh.write_word(self.words, sh.LOG_TAIL, head)
        return rows, values

    def wait_for_fade(self, slot: int) -> None:
        """Wait until the last change of plugin in a slot is over: the next begins after it."""
        end = time.monotonic() + FADE_TIMEOUT_S
        while self.counter(sh.FADING + slot) and time.monotonic() < end:
            time.sleep(0.002)

    def _free_voices(self) -> None:
        """Forget voices that were out of use already as the last two callbacks began.

        By then no callback that could have read their address is under way, and the events that
        were queued for them are off the ring. Nor may a moment have them that can still be gone
        back to: what was computed then has to have been played.
        """
        epoch, played = self.counter(sh.CALLBACKS), self.counter(sh.PLAYED)
        places = range(sh.NEXT, sh.NEXT + 3 * sh.MAX_SLOTS)  # NEXT, CURRENT, FADING
        named = {self.counter(place) for place in places}
        for voice in self._alive:
            if voice.address in named:
                voice.unused_since = None
            elif voice.unused_since is None:
                voice.unused_since = epoch, self._written_frame()
        self._alive = [
            voice
            for voice in self._alive
            if voice.unused_since is None
            or epoch < voice.unused_since[0] + 2
            or (self.moments.kept and played <= voice.unused_since[1])
        ]

    def _written_frame(self) -> int:
        """Where in the output ring anything can have been written: behind OUT_HEAD, gone back."""
        if self.counter(sh.AHEAD) == 0:
            return self.counter(sh.OUT_HEAD)
        ahead = self.counter(sh.AHEAD) + self.counter(sh.BLOCK_FRAMES) + sh.CHUNK_FRAMES
        return max(self.counter(sh.OUT_HEAD), self.counter(sh.PLAYED) + ahead)

    @property
    def settled_frame(self) -> int:
        """What was computed before this frame of the engine is final.

        Without anything computed ahead, the first frame of the next block. Else a block is final
        that has begun to be played; the engine is LOOKAHEAD ahead of its output.
        """
        played, frames = self.counter(sh.PLAYED), self.counter(sh.FRAMES)
        if not self.moments.kept or played >= self.counter(sh.OUT_HEAD):
            return frames
        return played + self.counter(sh.LOOKAHEAD) if played > 0 else 0

    def push(self, voice: Voice, target: int, value: float, frame: int = sh.NOW) -> bool:
        """Queue an event for device frame `frame`; False if the ring is full.

        An event is for one voice, not for a slot: it never moves the knobs of the voice after it.
        """
        with self._lock:
            return bool(sh.push_event(self.words, frame, voice.number, target, value))

    def push_setting(self, target: int, value: float, frame: int = sh.NOW) -> bool:
        """The same for a place in `shared.Mixer.settings`."""
        with self._lock:
            return bool(sh.push_event(self.words, frame, sh.MIXER_VOICE, target, value))

    def takes(self, count: int) -> bool:
        """Whether the ring has room for so many events more."""
        on_ring = self.counter(sh.EVENT_HEAD) - self.counter(sh.EVENT_TAIL)
        return on_ring + count <= sh.EVENT_CAPACITY

    def mixer_has_room(self) -> bool:
        """As `has_room`, for the mixer's queue."""
        return self._leaves_room(self.counter(sh.SETTING_COUNT))

    def has_room(self, voice: Voice) -> bool:
        """Whether a voice's queue takes a change for later, and has room for those for now still.

        So the audio thread sorts short queues only. (What is on the ring may be for other voices;
        an event that moves from there to the queue in between is counted twice: never too few.)
        """
        return self._leaves_room(int(sh.read_word(voice.words, sh.S_EVENT_COUNT)))

    def _leaves_room(self, queued: int) -> bool:
        on_ring = self.counter(sh.EVENT_HEAD) - self.counter(sh.EVENT_TAIL)
        return on_ring + queued < sh.QUEUE_CAPACITY // 2

    def frame_at(self, monotonic_ns: int) -> int:
        """Device frame that a change asked for at `monotonic_ns` should take effect at.

        One block later than the clock says, and behind what is computed already: then every change
        is equally late, instead of 0 to 1 blocks.
        """
        while True:
            stamp = int(sh.read_word(self.words, sh.STAMP))
            frame = int(sh.read_word(self.words, sh.ANCHOR_FRAME))
            at_ns = int(sh.read_word(self.words, sh.ANCHOR_NS))
            period = int(sh.read_word(self.words, sh.ANCHOR_PERIOD))
            if stamp % 2 == 0 and stamp == int(sh.read_word(self.words, sh.STAMP)):
                break
        if time.monotonic_ns() - at_ns > ANCHOR_STALE_NS:
            return sh.NOW  # no callback yet (or no more): there is no time to measure from
        elapsed_ns = monotonic_ns - at_ns
        if -JITTER_NS < elapsed_ns < 0:
            elapsed_ns = 0  # the callback began before its time: what it plays is settled already
        elapsed = elapsed_ns * sh.PERIOD_ONE // period
        return max(frame + elapsed + self.delay_frames, 0)

    def earliest_frame(self) -> int:
        """The first frame that a change can still take effect at for sure."""
        return self.counter(sh.ANCHOR_FRAME) + self.delay_frames

    @property
    def delay_frames(self) -> int:
        """From a change to the frame it takes effect at, at most: a block, and `ahead_frames`."""
        return self.counter(sh.BLOCK_FRAMES) + self.ahead_frames + self.counter(sh.LOOKAHEAD)

    @property
    def ahead_frames(self) -> int:
        """How much is computed beyond the next block and not anew when something changes.

        The margin, the block that is being computed as it is gone back, the rest of the one that
        is gone back to, and what the device may take meanwhile; or nothing.
        """
        if self.counter(sh.AHEAD) == 0:
            return 0
        sooner = min(
            self.moments.margin_frames + 2 * self.counter(sh.STEP_FRAMES), self.counter(sh.AHEAD)
        )
        return sooner + self.counter(sh.BLOCK_FRAMES)

    def set_master(self, on: bool) -> None:
        """Fade the whole output in or out (20 ms)."""
        if on:
            self._silent_at = None
        sh.write_word(self.words, sh.MASTER, int(on))

    def counter(self, word: int) -> int:
        """One of the audio thread's counters, e.g. `shared.XRUNS`."""
        return int(sh.read_word(self.words, word))

    def read_output(self, cursor: int) -> tuple[int, F32]:
        """(new cursor, the mean [n] of left and right); see `read_outputs`."""
        head, rows = self.read_outputs(cursor)
        return head, (rows[0] + rows[1]) * np.float32(0.5)

    def read_outputs(self, cursor: int) -> tuple[int, F32]:
        """(new cursor, frames [rows, n] played since `cursor`); what was overwritten is left out.

        The rows are left and right, then slots by themselves.
        """
        head = self.counter(sh.PLAYED)
        # The audio thread may be overwriting the oldest chunk right now: keep away from it.
        start = max(cursor, self._written_frame() - sh.OUT_CAPACITY + sh.CHUNK_FRAMES)
        return head, self.out_ring[:, np.arange(start, head) % sh.OUT_CAPACITY]

    def output(self, start: int, end: int) -> F32 | None:
        """Left and right [n, 2] from frame `start` to frame `end`; None where it is overwritten."""
        if end - start > sh.OUT_CAPACITY:
            return None
        rows = self.out_ring[:2, np.arange(start, end) % sh.OUT_CAPACITY]
        kept = self._written_frame() - sh.OUT_CAPACITY + sh.CHUNK_FRAMES
        return np.ascontiguousarray(rows.T) if start >= kept else None

    def callback_ns(self, last: int = sh.TIMING_CAPACITY) -> NDArray[np.int64]:
        """Durations of the `last` blocks computed (at most 65,536)."""
        return self._last_of(self.timing_ring, last)

    def callback_cpu_ns(self, last: int = sh.TIMING_CAPACITY) -> NDArray[np.int64]:
        """How long they computed: the durations without what the system did in between."""
        return self._last_of(self.cpu_ring, last)

    def _last_of(self, ring: NDArray[np.int64], last: int) -> NDArray[np.int64]:
        count = self.counter(sh.CALLBACKS)
        first = max(0, count - min(last, sh.TIMING_CAPACITY))
        return ring[np.arange(first, count) % sh.TIMING_CAPACITY]

    def wait_faded(self) -> None:
        """Wait until silence is played after `set_master(False)`, or nothing is played any more."""
        floats = self._rings[sh.FLOATS]
        if self._silent_at is None and self._wait(lambda: floats[sh.MASTER_GAIN] <= 0):
            # The block in which the gain fell is put out by the time the next one is counted.
            count = self.counter(sh.CALLBACKS)
            self._wait(lambda: self.counter(sh.CALLBACKS) > count)
            self._silent_at = self.counter(sh.OUT_HEAD)
        silent_at = self._silent_at
        if silent_at is not None:
            self._wait(lambda: self.counter(sh.PLAYED) >= silent_at)

    def _wait(self, done: Callable[[], bool]) -> bool:
        """Until it is done; False if the device has stalled."""
        stalled_s = STALLED_S + 2 * self.counter(sh.BLOCK_FRAMES) / self.rate_hz
        played, since = self.counter(sh.PLAYED), time.monotonic()
        while not done():
            now = time.monotonic()
            if self.counter(sh.PLAYED) != played:
                played, since = self.counter(sh.PLAYED), now
            elif now - since > stalled_s:
                return False
            time.sleep(0.002)
        return True

    def forget_unplayed(self) -> None:
        """Drop what was computed and not played, while neither thread runs."""
        sh.write_word(self.words, sh.PLAYED, self.counter(sh.OUT_HEAD))
