"""JACK's transport, read: where it is, whether it rolls, and the tempo of a timebase master.

The server keeps them in memory that it shares; reading them is no call to it, and nothing of this
runs in an audio thread.
"""

import ctypes
import time

from rtsynth.common.clock_sources import HIGHEST_BPM, LOWEST_BPM
from rtsynth.host.audio.jack import Calls, Signatures, open_client
from rtsynth.host.audio.portaudio import quiet_stderr
from rtsynth.host.transport.reading import Reading

CLIENT = "rtsynth-transport"
ROLLING = 1  # JackTransportRolling; 0 stopped, 3 starting
BBT, BBT_OFFSET = 0x10, 0x40  # JackPositionBBT, JackBBTFrameOffset: those fields are valid
STALE_NS = 1_000_000_000  # a server counts its cycles also while it is stopped


class Position(ctypes.Structure):
    """`jack_position_t`; where JACK packs it, these fields are where they are without that."""

    _fields_ = (
        ("unique_1", ctypes.c_uint64),
        ("usecs", ctypes.c_uint64),
        ("frame_rate", ctypes.c_uint32),
        ("frame", ctypes.c_uint32),
        ("valid", ctypes.c_uint32),
        ("bar", ctypes.c_int32),
        ("beat", ctypes.c_int32),
        ("tick", ctypes.c_int32),
        ("bar_start_tick", ctypes.c_double),
        ("beats_per_bar", ctypes.c_float),
        ("beat_type", ctypes.c_float),
        ("ticks_per_beat", ctypes.c_double),
        ("beats_per_minute", ctypes.c_double),
        ("frame_time", ctypes.c_double),
        ("next_time", ctypes.c_double),
        ("bbt_offset", ctypes.c_uint32),
        ("rest", ctypes.c_uint8 * 128),  # video, padding, and what later versions add
    )


_TRANSPORT: Signatures = {
    "jack_get_time": (ctypes.c_uint64, []),
    "jack_transport_query": (ctypes.c_int, [ctypes.c_void_p, ctypes.POINTER(Position)]),
}


def reading_of(state: int, position: Position, ahead_ns: int = 0) -> Reading | None:
    """What a transport says; None where it cannot be used.

    JACK's clock is another one than `time.monotonic_ns()`, which is `ahead_ns` of it.

    A beat is one of the master's: in 6/8 mostly an eighth note. Bars are as long as the one it is
    in. Without a master it has no tempo, and beats are seconds from its start.
    """
    if position.frame_rate == 0:
        return None
    at_ns, rolls = 1000 * int(position.usecs) + ahead_ns, state == ROLLING
    seconds = position.frame / position.frame_rate
    tempo_bpm = position.beats_per_minute
    if not (position.valid & BBT and LOWEST_BPM <= tempo_bpm <= HIGHEST_BPM):
        return Reading(at_ns, rolls, seconds, None)
    if not (position.ticks_per_beat > 0 and position.beats_per_bar > 0):
        return Reading(at_ns, rolls, seconds, None)
    beats = (position.bar - 1) * position.beats_per_bar + position.beat - 1
    beats += position.tick / position.ticks_per_beat
    if position.valid & BBT_OFFSET:
        beats += position.bbt_offset / position.frame_rate * tempo_bpm / 60.0
    return Reading(at_ns, rolls, beats, tempo_bpm)


class JackTransport:
    """A client that only looks. For one thread."""

    def __init__(self, calls: Calls, client: int) -> None:
        self._calls, self._client = calls, client

    def read(self) -> Reading | None:
        """What the transport says; None from a server that has died or hangs."""
        position = Position()
        now_ns = time.monotonic_ns()
        ahead_ns = now_ns - 1000 * self._calls["jack_get_time"]()
        state = self._calls["jack_transport_query"](self._client, ctypes.byref(position))
        reading = reading_of(state, position, ahead_ns)
        if reading is None or now_ns - reading.at_ns > STALE_NS:
            return None
        return reading

    def close(self) -> None:
        """Leave the server. May not return where that has died."""
        self._calls["jack_client_close"](self._client)


def open_transport() -> JackTransport | None:
    """The transport of the server that is running; None without one."""
    with quiet_stderr():  # JACK says itself that there is none
        opened = open_client(CLIENT, _TRANSPORT)
    return None if opened is None else JackTransport(*opened)
