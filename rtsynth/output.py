"""Where an engine's sound goes: a device, and where needed a thread that computes ahead of it."""

import logging

from rtsynth.audio.null import DEFAULT_BLOCK, DEFAULT_RATE_HZ, NullStream
from rtsynth.audio.portaudio import NoDeviceError, PortAudioStream, find_device
from rtsynth.engine import shared as sh
from rtsynth.engine.ahead import AheadThread
from rtsynth.engine.core import EngineCore
from rtsynth.engine.team import raise_priority
from rtsynth.errors import EngineError, InputError

log = logging.getLogger("rtsynth")

MOST_AHEAD_MS = 2000.0
_FILL_S = 2.0  # how long the first sound may be waited for, on top of twice its length


class Output:
    """An engine's memory and the stream that plays from it.

    Args:
        device: part of a device's name, its number, "null", or None for the default device (and
            the null device, with a warning, where there is none).
        rate_hz, block_frames: None leaves the choice to the device.

    Raises:
        InputError: no such device.
        EngineError: the device does not open.
    """

    def __init__(
        self, device: str | None, rate_hz: int | None, block_frames: int | None, channels: int
    ) -> None:
        index = None
        if device != "null":
            try:
                index = find_device(device)
            except NoDeviceError as error:
                if device is not None:
                    raise
                log.warning("%s; playing to the null device: you will hear nothing", error)
        # The callback's memory must exist before the stream that uses it; its rate follows.
        self.core = EngineCore(DEFAULT_RATE_HZ, channels)
        words = self.core.words
        self._stream: NullStream | PortAudioStream
        if index is None:
            self._stream = NullStream(
                words, rate_hz or DEFAULT_RATE_HZ, channels, block_frames or DEFAULT_BLOCK
            )
        else:
            self._stream = PortAudioStream(words, index, rate_hz, channels, block_frames)
        self.core.set_rate(self._stream.rate_hz)
        self._ahead: AheadThread | None = None

    @property
    def name(self) -> str:
        """Name of the device, or "null"."""
        return self._stream.name

    @property
    def api(self) -> str | None:
        """The device's sound system, e.g. "ALSA"; None for the null device."""
        return self._stream.api if isinstance(self._stream, PortAudioStream) else None

    @property
    def block_frames(self) -> int:
        """Frames of a callback, as far as that is known before there is one."""
        return self.core.counter(sh.BLOCK_FRAMES) or self._stream.block_frames or DEFAULT_BLOCK

    @property
    def ahead_ms(self) -> float:
        """How far ahead of the device the sound is computed, 0: in its callback."""
        return 1000.0 * self.core.counter(sh.AHEAD) / self.core.rate_hz

    @property
    def latency_s(self) -> float:
        """From the start of a computation to its sound."""
        return self._stream.latency_s + self.ahead_ms / 1000.0

    @property
    def delay_frames(self) -> int:
        """From a change to the frame it is heard at, at most."""
        return self.block_frames + self.core.counter(sh.AHEAD)

    def set_ahead(self, ahead_ms: float) -> None:
        """Have the sound computed so far ahead, before it starts; 0: in the callback.

        Raises:
            InputError: more than MOST_AHEAD_MS, or than the output ring holds at this rate.
        """
        # Half of the ring is for those who look at what was played.
        most_ms = min(MOST_AHEAD_MS, 500.0 * sh.OUT_CAPACITY / self.core.rate_hz)
        if not 0 <= ahead_ms <= most_ms:
            raise InputError(f"--ahead {ahead_ms:g}: give 0 to {most_ms:.0f} ms")
        self.core.set_ahead(round(ahead_ms * self.core.rate_hz / 1000.0))

    def start(self) -> None:
        """Start the sound (rising from silence).

        Raises:
            EngineError: the device does not start.
        """
        self.core.set_master(True)
        if self.core.counter(sh.AHEAD) > 0:
            self._ahead = AheadThread(self.core.words)
            self._ahead.start()
            self.raise_priority()
            self._ahead.wait_until_full(_FILL_S + 2 * self.ahead_ms / 1000.0)
        try:
            self._stream.start()
        except EngineError:
            self._stop_ahead()
            raise
        self.raise_priority()

    def raise_priority(self) -> None:
        """Let all threads that compute be scheduled like a device's; of the null device's none."""
        if self.api is not None:
            mine = self._ahead.thread if self._ahead is not None else None
            raise_priority(others=[mine] if mine is not None else [])

    def stop(self) -> None:
        """Stop at once."""
        self._stream.stop()
        self._stop_ahead()

    def _stop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.stop()
            self._ahead = None

    def close(self) -> None:
        """Give the device back."""
        self._stream.close()
