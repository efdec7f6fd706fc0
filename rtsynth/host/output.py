"""Where an engine's sound goes: a device, and where needed a thread that computes ahead of it."""

import logging
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import EngineError, InputError
from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.ahead import AheadThread
from rtsynth.host.audio.backend import Stream, StreamRequest, find_backend
from rtsynth.host.audio.jack import name_client
from rtsynth.host.audio.null import DEFAULT_BLOCK, DEFAULT_RATE_HZ, NullStream
from rtsynth.host.audio.patching import Patching, port_names
from rtsynth.host.audio.portaudio import (
    JACK,
    DeviceName,
    NoDeviceError,
    NoPortAudioError,
    PortAudioStream,
    find_again,
    find_device,
)
from rtsynth.host.core import EngineCore

log = logging.getLogger("rtsynth")

AHEAD_PRIORITY = 1  # of SCHED_FIFO
_FILL_S = 2.0  # how long the first sound may be waited for, on top of twice its length


class Output:
    """An engine's memory and the stream that plays from it.

    Args:
        device: a backend such as "null", part of the name of a device of PortAudio's, its number,
            or None for the default device (and the null device, with a warning, where there is
            none).
        rate_hz, block_frames: None leaves the choice to the device.
        own_outputs: of how many slots there is a channel by itself, behind left and right.
        back: play to this device, which was played to before; to the null device for as long as it
            does not open, and then `waits_for` is it.
        words: memory for the engine's words, zeros.

    Raises:
        InputError: no such device.
        EngineError: the device does not open.
    """

    def __init__(
        self,
        device: str | None,
        rate_hz: int | None,
        block_frames: int | None,
        channels: int,
        *,
        own_outputs: int = 0,
        back: DeviceName | None = None,
        words: NDArray[np.int64] | None = None,
    ) -> None:
        self.waits_for: DeviceName | None = None
        # The callback's memory must exist before the stream that uses it; its rate follows.
        self.core = EngineCore(DEFAULT_RATE_HZ, channels, words, own_outputs)
        self._channels, self._back = channels, back
        self.own_outputs = own_outputs
        request = StreamRequest(self.core.words, channels, rate_hz, block_frames)
        self._stream: Stream
        if back is not None:
            self._stream = self._open_again(back, request)
        elif (found := find_backend(device)) is not None:
            backend, text = found
            self._stream = backend(request, text)
        else:
            self._stream = self._open(device, request)
        self.core.set_device(self._stream.rate_hz, self._stream.block_frames or DEFAULT_BLOCK)
        self._ahead: AheadThread | None = None
        self._started = False
        self._patching: Patching | None = None
        if self.api == JACK:
            self._patching = Patching(port_names(channels, own_outputs))

    def name_slots(self, names: Mapping[int, str]) -> None:
        """Call the outputs of slots by these names, where a sound server shows names."""
        if self._patching is not None:
            self._patching.show(names)

    def _open(self, device: str | None, request: StreamRequest) -> Stream:
        """A device of PortAudio's; the null device where there is none to choose from."""
        name_client()
        try:
            return PortAudioStream(request, find_device(device))
        except NoDeviceError as error:
            if device is not None:
                raise
            log.warning("%s; playing to the null device: you will hear nothing", error)
            if not isinstance(error, NoPortAudioError):
                self.waits_for = DeviceName()
            return NullStream(request)

    def _open_again(self, back: DeviceName, request: StreamRequest) -> Stream:
        """The device that was played to before, or for as long as it is not there, the null one."""
        name_client()
        try:
            return PortAudioStream(request, find_again(back.name, back.api))
        except EngineError as error:
            self._wait_for(back, error)
            return NullStream(
                request._replace(
                    rate_hz=request.rate_hz or back.rate_hz,
                    block_frames=request.block_frames or back.block_frames,
                )
            )

    def _wait_for(self, back: DeviceName, error: EngineError) -> None:
        self.waits_for = back
        log.warning("%s; there is no sound until it is back", error)

    @property
    def playing_to(self) -> DeviceName | None:
        """The device of PortAudio's that is played to, or waited for; None for another backend."""
        stream = self._stream
        if not isinstance(stream, PortAudioStream):
            return self.waits_for
        return DeviceName(stream.name, stream.api or "", stream.rate_hz, stream.block_frames)

    @property
    def name(self) -> str:
        """Name of the device, or "null"."""
        return self._stream.name

    @property
    def api(self) -> str | None:
        """The device's sound system, e.g. "ALSA"; None for the null device."""
        return self._stream.api

    @property
    def block_frames(self) -> int:
        """Frames of a callback, as far as that is known before there is one."""
        return self.core.counter(sh.BLOCK_FRAMES)

    @property
    def ahead_ms(self) -> float:
        """How far ahead of the device's next block the sound is computed, 0: in its callback."""
        return 1000.0 * self.core.counter(sh.AHEAD) / self.core.rate_hz

    @property
    def most_ahead_ms(self) -> float:
        """Half of the output ring; the rest is for those who look at what was played."""
        return 500.0 * sh.OUT_CAPACITY / self.core.rate_hz

    @property
    def latency_s(self) -> float:
        """From the start of a computation to its sound."""
        early = self.core.ahead_frames + self.core.counter(sh.LOOKAHEAD)
        return self._stream.latency_s + early / self.core.rate_hz

    def set_ahead(self, ahead_ms: float) -> None:
        """Have the sound computed this far ahead, before it starts; 0: in the callback.

        Raises:
            InputError: more than the output ring holds at this rate.
            EngineError: it has started.
        """
        if self._started:
            raise EngineError(
                "the sound is playing: how far ahead it is computed cannot be changed now"
            )
        if ahead_ms > self.most_ahead_ms:
            raise InputError(
                f"--ahead {ahead_ms:g}: give 0 to {self.most_ahead_ms:.0f} ms at "
                f"{self.core.rate_hz} Hz, or a lower --rate"
            )
        self.core.set_ahead(round(ahead_ms * self.core.rate_hz / 1000.0))
        self._ahead = AheadThread(self.core) if self.core.counter(sh.AHEAD) > 0 else None

    def begin_ahead(self, ahead_ms: float) -> None:
        """`set_ahead`, of a device that is closed where that cannot be."""
        try:
            self.set_ahead(ahead_ms)
        except InputError:
            self.close()
            raise

    def start(self) -> None:
        """Start the sound (rising from silence).

        Raises:
            EngineError: the device does not start.
        """
        self._started = True
        try:
            self.core.set_master(True)
            if self._ahead is not None:
                self._ahead.start()
                self.raise_priority()
                if not self._ahead.wait_until_full(_FILL_S + 2 * self.ahead_ms / 1000.0):
                    log.warning("the sound is computed too slowly: expect dropouts")
            self._start_stream()
            self.raise_priority()
        except BaseException:  # also Ctrl-C: a thread that kept running would outlive its memory
            self._end_computing()
            raise

    def _start_stream(self) -> None:
        try:
            self._stream.start()
            if self._patching is not None:
                self._patching.start()
        except EngineError as error:
            if self._back is None:
                raise
            self._wait_for(self._back, error)
            self._stream = NullStream(
                StreamRequest(
                    self.core.words,
                    self._channels,
                    self.core.rate_hz,
                    self._stream.block_frames,
                )
            )
            self._stream.start()

    def raise_priority(self) -> None:
        """Let the threads that compute be scheduled like the device's; of the null device's none.

        One that computes ahead is never to be in the device's way. It is raised above the rest of
        the system only under JACK, whose callback certainly is above that.
        """
        if self._ahead is None and self.api is not None:
            raise_priority()
        elif self._ahead is not None and self._ahead.thread is not None and self.api == JACK:
            raised = raise_priority(AHEAD_PRIORITY, [self._ahead.thread])
            sh.write_word(self.core.words, sh.AHEAD_RAISED, int(raised))

    def stop(self) -> None:
        """Stop at once."""
        if self._patching is not None:
            self._patching.stop()
        try:
            self._stream.stop()
        finally:
            self._end_computing()

    def _end_computing(self) -> None:
        if self._ahead is not None:
            self._ahead.stop()
            # Else the next start would begin with it.
            self.core.forget_unplayed()
        self._started = False

    def close(self) -> None:
        """Give the device back."""
        if self._patching is not None:
            self._patching.stop()
        try:
            self._stream.close()
        finally:
            if self._started:
                self._end_computing()
