"""Subscribers of `/notify 1`: what they are sent, how often, and when they are forgotten.

/slot/1/param/pitch 69.0     and the other values, whenever any surface moved them, 30 a second
/describe.reply json         when a plugin was loaded; large ones as several /describe.part
/scope blob                  what was output, float32 little-endian, 30 a second
/meter slot peak_db rms_db   20 a second
/load load xruns             20 a second
/fail address text           what went wrong by itself: a recording that the disk refused
/device name text            that the device is gone, or waited for
/slot/1/followed name value ...    what its tiers generate, 20 a second

There is always a place for a client on this machine: those elsewhere have places of their own, and
here the one that was silent longest makes room.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.addresses import control_address, followed_address
from rtsynth.control.osc.describe import description_messages
from rtsynth.control.osc.guests import CONFIRM_AGAIN_S, CONFIRMED_S
from rtsynth.control.osc.packet import encode
from rtsynth.host.protocol import Engine

Address = tuple[Any, ...]  # as the socket gives it: (host, port) or IPv6's four

SILENCE_LIMIT_S = 10.0  # a subscriber that says neither /notify 1 nor /ping is gone by then
MAX_SUBSCRIBERS = 32  # on this machine
MAX_AFAR = 16  # on other machines, ...
MAX_PER_HOST = 4  # ... and on each of them
TICK_S = 1 / 30
METER_PERIOD_S = 1 / 20
SCOPE_DATAGRAM_SAMPLES = 1000  # 4 kB
SCOPE_MAX_DATAGRAMS = 8  # a tick; after a stall the older samples are left out


@dataclass(frozen=True, slots=True)
class _Subscriber:
    target: Address
    expiry_s: float
    until_s: float  # when a client on another machine has to have confirmed again

    @property
    def afar(self) -> bool:
        return self.until_s < float("inf")


class Notifier:
    """Sends every subscriber what changed, and at a steady rate levels and waveform."""

    def __init__(
        self,
        engine: Engine,
        send: Callable[[bytes, Address], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._send = send
        self._on_error = on_error
        self._subscribers: dict[Address, _Subscriber] = {}  # by source, the last to send last
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="osc-notify", daemon=True)
        self._changes = engine.subscribe()
        self._scope_cursor = 0
        self._notice_cursor = 0  # what nobody has received yet goes to the first who subscribes
        self._next_meter_s = 0.0

    def start(self) -> None:
        """Start the thread; it sleeps while nobody subscribes."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def subscribe(self, source: Address, target: Address, *, afar: bool = False) -> None:
        """Add a subscriber, or renew it.

        Raises:
            ControlError: there are too many on other machines.
        """
        with self._changed:
            self._forget_silent()
            before = self._subscribers.pop(source, None)
            if before is None:
                self._make_room(source, afar)
            now_s = time.monotonic()
            until_s = now_s + CONFIRMED_S if afar else float("inf")
            self._subscribers[source] = _Subscriber(target, now_s + SILENCE_LIMIT_S, until_s)
            self._changed.notify()

    def _make_room(self, source: Address, afar: bool) -> None:
        others = [each for each, subscriber in self._subscribers.items() if subscriber.afar]
        if afar:
            if sum(each[0] == source[0] for each in others) >= MAX_PER_HOST:
                raise ControlError(f"there are {MAX_PER_HOST} subscribers on that machine already")
            if len(others) >= MAX_AFAR:
                raise ControlError(f"there are {MAX_AFAR} subscribers on other machines already")
        elif len(self._subscribers) - len(others) >= MAX_SUBSCRIBERS:
            here = (s for s, subscriber in self._subscribers.items() if not subscriber.afar)
            del self._subscribers[next(here)]

    def renew(self, source: Address, target: Address) -> bool:
        """Renew a subscriber elsewhere; False if it has to confirm (again)."""
        with self._changed:
            self._forget_silent()
            known = self._subscribers.get(source)
            if known is None or known.target != target:
                return False
            self._renew(source)
            return not known.afar or known.until_s - time.monotonic() > CONFIRM_AGAIN_S

    def has_host(self, host: str) -> bool:
        """Whether somebody on that machine subscribes."""
        with self._changed:
            self._forget_silent()
            return any(source[0] == host for source in self._subscribers)

    def unsubscribe(self, source: Address) -> None:
        """Forget a subscriber."""
        with self._changed:
            self._subscribers.pop(source, None)

    def keep_alive(self, source: Address) -> None:
        """Take note that a client is there; it matters only when it is a subscriber."""
        with self._changed:
            self._renew(source)

    def _renew(self, source: Address) -> None:
        known = self._subscribers.pop(source, None)
        if known is not None:
            expiry_s = min(time.monotonic() + SILENCE_LIMIT_S, known.until_s)
            self._subscribers[source] = _Subscriber(known.target, expiry_s, known.until_s)

    def count(self) -> int:
        """How many subscribe now."""
        with self._changed:
            self._forget_silent()
            return len(self._subscribers)

    # ------------------------------------------------------------------------------ the thread

    def _run(self) -> None:
        due_s = time.monotonic()
        while True:
            with self._changed:
                idle = False
                while not self._stopping and not self._subscribers:
                    idle = True
                    self._changed.wait()
                if self._stopping:
                    return
            try:
                if idle:
                    self._catch_up()
                    due_s = time.monotonic()
                self._tick()
            except Exception as error:
                self._on_error(error)
            due_s = max(due_s + TICK_S, time.monotonic())
            with self._changed:
                if not self._stopping:
                    self._changed.wait(max(0.0, due_s - time.monotonic()))
                self._forget_silent()

    def _forget_silent(self) -> None:
        now_s = time.monotonic()
        for source, subscriber in list(self._subscribers.items()):
            if subscriber.expiry_s <= now_s:
                del self._subscribers[source]

    def _broadcast(self, datagram: bytes) -> None:
        with self._changed:
            targets = {subscriber.target for subscriber in self._subscribers.values()}
        for target in targets:
            self._send(datagram, target)

    def _catch_up(self) -> None:
        """Take what is true now as known: the first subscriber asks for it with /describe."""
        self._changes.take()
        self._scope_cursor, _ = self._engine.read_scope(self._scope_cursor)

    def _tick(self) -> None:
        changes = self._changes.take()
        if changes.plugins:
            for address, arguments in description_messages(self._engine.describe()):
                self._broadcast(encode(address, *arguments))
        for slot, control, value, _ in changes.values:
            self._broadcast(encode(control_address(slot, control), value))
        self._send_notices()
        self._send_scope()
        now_s = time.monotonic()
        if now_s >= self._next_meter_s:
            self._next_meter_s = max(self._next_meter_s + METER_PERIOD_S, now_s - METER_PERIOD_S)
            self._send_meters()
            self._send_followed()

    def _send_notices(self) -> None:
        self._notice_cursor, notices = self._engine.read_notices(self._notice_cursor)
        for notice in notices:
            self._broadcast(encode(notice.address, *notice.texts))

    def _send_scope(self) -> None:
        self._scope_cursor, samples = self._engine.read_scope(self._scope_cursor)
        samples = samples[-SCOPE_DATAGRAM_SAMPLES * SCOPE_MAX_DATAGRAMS :]
        for start in range(0, samples.size, SCOPE_DATAGRAM_SAMPLES):
            part = samples[start : start + SCOPE_DATAGRAM_SAMPLES]
            self._broadcast(encode("/scope", np.ascontiguousarray(part, "<f4").tobytes()))

    def _send_meters(self) -> None:
        telemetry = self._engine.read_telemetry()
        for meter in telemetry.meters:
            self._broadcast(
                encode("/meter", int(meter.slot), float(meter.peak_db), float(meter.rms_db))
            )
        self._broadcast(encode("/load", float(telemetry.load), int(telemetry.xruns)))

    def _send_followed(self) -> None:
        for slot, values in self._engine.read_followed().items():
            pairs = [word for pair in values.items() for word in pair]
            self._broadcast(encode(followed_address(slot), *pairs))
