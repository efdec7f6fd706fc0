"""What subscribers of `/notify 1` are sent: the kinds they chose, and what concerns everybody.

/slot/1/param/pitch 69.0     values: this and the others, whoever moved them, 30 a second
/describe.reply json         values: another plugin, name or order; large ones as /describe.part
/meter slot peak_db rms_db   meters: 20 a second
/meter/master left_peak_db left_rms_db right_peak_db right_rms_db    meters: what is output
/load load xruns             meters: 20 a second
/scope blob                  scope: what was output, float32 little-endian, 30 a second
/slot/1/note/on note velocity    events: a note, whoever plays it, within 10 ms
/slot/1/note/off note        events: a note is released
/slot/1/bend semitones       events: also /expression, /seed, /reset, /end_drone, /silence, ...
/slot/1/bank/recall name voice   events: a state was put back; also bank/back, /morph, /loop
/slot/1/name text            events: a slot has another name
/slot/1/rescue mode          events: another way to rescue its network from traps was chosen
/slot/1/follow run           events: it follows a training run; "" for none any more
/slot/1/follow/adopted step file    events: it goes on with another network of the run it follows
/slot/1/follow/listen channel    events: it listens to the input for that run; 0: no longer
/slots/order slot ...        events: the rack is arranged in another way
/tempo BPM                   events: the tempo changed by more than a clock's jitter
/transport/state rolling beats BPM source    events: it started, stopped, was moved or retimed
/slot/1/followed name value ...    followed: what its tiers generate, 20 a second
/slot/1/modulated name value ...   modulated: what is, as the sound has it, 20 a second
/slot/1/network/state voice hidden bits values    network, network/1: what it is doing, 30 a second
/slot/1/preset/current name  to all: another preset is the current one; empty for none
/presets/changed             to all: presets are kept, deleted, or called otherwise; /sets/changed
/slot/1/rescued reason       to all: its network was steered out of a trap
/slot/1/bank/changed         to all: other states of its network are kept, or by other names
/fail address text           to all: what went wrong by itself, as a recording that the disk refused
/midi/learning address       to all: a control waits for a MIDI control; "" when none does any more
/midi/learned address text   to all: which MIDI control moves it now
/midi/changed                to all: mappings were changed otherwise
/device name text            to all: that the device is gone, or waited for
"""

import threading
import time
from collections.abc import Callable, Iterable

import numpy as np

from rtsynth.common.control_info import Owner
from rtsynth.control.osc.addresses import (
    control_address,
    followed_address,
    modulated_address,
)
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.describe import description_messages
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.events import event_message
from rtsynth.control.osc.network_state import network_datagram
from rtsynth.control.osc.packet import encode
from rtsynth.control.osc.subscribers import Subscriber, Subscribers
from rtsynth.host.changes import Action, Journal
from rtsynth.host.notices import Notice
from rtsynth.host.protocol import Engine

NOTICE_PERIOD_S = 1 / 30
SCOPE_DATAGRAM_SAMPLES = 1000  # 4 kB
SCOPE_MAX_DATAGRAMS = 8  # at a time; after a stall, or at a low rate, the older are left out
MAX_EVENTS = 1000  # at a time
LASTING = ("/fail", "/device")  # what nobody has received yet goes to the first who subscribes

Due = list[tuple[Subscriber, set[str]]]


class Notifier:
    """Sends every subscriber what it chose, at its rate, from a thread of its own."""

    def __init__(
        self,
        engine: Engine,
        send: Callable[[bytes, Address], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._send = send
        self._on_error = on_error
        self._subscribers = Subscribers()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="osc-notify", daemon=True)
        self._changes = engine.subscribe()
        self._journal: Journal | None = None  # while somebody wants events
        self._scope_cursor = 0
        self._notice_cursor = 0
        self._missed: list[Notice] = []

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

    def subscribe(
        self, source: Address, target: Address, choice: Choice | None = None, *, afar: bool = False
    ) -> None:
        """Add a subscriber, or renew it.

        Raises:
            ControlError: there are too many on other machines.
        """
        with self._changed:
            if not self._subscribers:
                self._catch_up()
            self._subscribers.add(source, target, choice or Choice(), afar=afar)
            self._keep_journal()
            self._changed.notify()

    def renew(self, source: Address, target: Address, choice: Choice) -> bool:
        """Renew a subscriber elsewhere; False if it has to confirm (again)."""
        with self._changed:
            return self._subscribers.renew(source, target, choice)

    def has_host(self, host: str) -> bool:
        """Whether somebody on that machine subscribes."""
        with self._changed:
            return self._subscribers.has_host(host)

    def unsubscribe(self, source: Address) -> None:
        """Forget a subscriber."""
        with self._changed:
            self._subscribers.remove(source)

    def keep_alive(self, source: Address) -> None:
        """Take note that a client is there; it matters only when it is a subscriber."""
        with self._changed:
            self._subscribers.keep_alive(source)

    def count(self) -> int:
        """How many subscribe now."""
        with self._changed:
            self._subscribers.forget_silent()
            return len(self._subscribers)

    # ------------------------------------------------------------------------------ the thread

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and not self._subscribers:
                    self._journal = None
                    self._changed.wait()
                subscribers = self._subscribers.current()
                if self._stopping:
                    break
            soonest_s = time.monotonic()
            try:
                self._tick(subscribers)
            except Exception as error:
                soonest_s += NOTICE_PERIOD_S  # it may fail again
                self._on_error(error)
            with self._changed:
                self._subscribers.forget_silent()
                due_s = min((s.next_due_s() for s in subscribers), default=0.0)
                wait_s = max(due_s, soonest_s) - time.monotonic()
                if not self._stopping and wait_s > 0:
                    self._changed.wait(min(wait_s, NOTICE_PERIOD_S))
        self._send_notices(subscribers)  # the last ones: where the engine moves

    def _catch_up(self) -> None:
        """Take what is true now as known: the first subscriber asks for it with /describe."""
        self._changes.take()
        self._missed = [each for each in self._new_notices() if each.address in LASTING]
        self._scope_cursor, _ = self._engine.read_scope(self._scope_cursor)

    def _tick(self, subscribers: list[Subscriber]) -> None:
        self._send_notices(subscribers)
        now_s = time.monotonic()
        due = [(subscriber, subscriber.take_due(now_s)) for subscriber in subscribers]
        if any("values" in kinds for _, kinds in due):
            self._collect_values(subscribers)
        self._collect_events()
        if any("meters" in kinds for _, kinds in due):
            self._send_meters(due)
        for subscriber, kinds in due:
            if "values" in kinds:
                self._send_all(subscriber, subscriber.values.values())
                subscriber.values.clear()
            if "events" in kinds:
                self._send_events(subscriber)
        for kind in ("followed", "modulated"):
            self._send_pairs(kind, [subscriber for subscriber, kinds in due if kind in kinds])
        self._send_networks([subscriber for subscriber, kinds in due if "network" in kinds])
        self._send_scope([subscriber for subscriber, kinds in due if "scope" in kinds])

    def _send_all(self, subscriber: Subscriber, datagrams: Iterable[bytes]) -> None:
        for datagram in datagrams:
            self._send(datagram, subscriber.target)

    def _new_notices(self) -> list[Notice]:
        """Those since the last time. Needs the lock."""
        missed, self._missed = self._missed, []
        self._notice_cursor, notices = self._engine.read_notices(self._notice_cursor)
        return missed + notices

    def _send_notices(self, subscribers: list[Subscriber]) -> None:
        with self._changed:
            notices = self._new_notices()
        datagrams = [encode(notice.address, *notice.texts) for notice in notices]
        for subscriber in subscribers:
            self._send_all(subscriber, datagrams)

    def _collect_values(self, subscribers: list[Subscriber]) -> None:
        changes = self._changes.take()
        wanting = [subscriber for subscriber in subscribers if subscriber.wants("values")]
        if changes.plugins:
            messages = description_messages(self._engine.describe())
            described = [encode(address, *arguments) for address, arguments in messages]
            for subscriber in wanting:
                kept = subscriber.values.items()
                subscriber.values = {k: v for k, v in kept if k[0] not in changes.plugins}
                self._send_all(subscriber, described)
        for slot, control, value, _ in changes.values:
            address = control_address(slot, control)
            datagram = encode(address, value)
            plugin_slot = None if control.owner is Owner.MIXER else slot
            for subscriber in wanting:
                subscriber.values[plugin_slot, address] = datagram

    def _keep_journal(self) -> list[Subscriber]:
        """Those who want events; while there are any, there is a journal. Needs the lock."""
        wanting = [each for each in self._subscribers.current() if each.wants("events")]
        if not wanting:
            self._journal = None
        elif self._journal is None:
            self._journal = self._engine.journal()
        return wanting

    def _collect_events(self) -> None:
        with self._changed:  # who subscribes meanwhile misses nothing
            wanting = self._keep_journal()
            changes = [] if self._journal is None else self._journal.take()
        for change in changes:
            if isinstance(change, Action):
                address, arguments = event_message(change)
                datagram = encode(address, *arguments)
                for subscriber in wanting:
                    if len(subscriber.events) < MAX_EVENTS:
                        subscriber.events.append(datagram)
                    else:
                        subscriber.events_left_out += 1

    def _send_events(self, subscriber: Subscriber) -> None:
        self._send_all(subscriber, subscriber.events)
        subscriber.events.clear()
        if left_out := subscriber.events_left_out:
            subscriber.events_left_out = 0
            text = f"{left_out} events were left out: too many at once, or too low a rate"
            self._send(encode("/fail", "/notify", text), subscriber.target)

    def _send_scope(self, subscribers: list[Subscriber]) -> None:
        read: dict[int, tuple[int, list[bytes]]] = {}
        for subscriber in subscribers:
            if subscriber.scope_cursor is None:
                subscriber.scope_cursor = self._scope_cursor
            cursor = subscriber.scope_cursor
            if cursor not in read:
                read[cursor] = self._read_scope(cursor)
            subscriber.scope_cursor, datagrams = read[cursor]
            self._send_all(subscriber, datagrams)
        if read:
            self._scope_cursor = max(cursor for cursor, _ in read.values())

    def _read_scope(self, cursor: int) -> tuple[int, list[bytes]]:
        cursor, samples = self._engine.read_scope(cursor)
        samples = samples[-SCOPE_DATAGRAM_SAMPLES * SCOPE_MAX_DATAGRAMS :]
        starts = range(0, samples.size, SCOPE_DATAGRAM_SAMPLES)
        parts = (samples[start : start + SCOPE_DATAGRAM_SAMPLES] for start in starts)
        return cursor, [
            encode("/scope", np.ascontiguousarray(part, "<f4").tobytes()) for part in parts
        ]

    def _send_meters(self, due: Due) -> None:
        telemetry = self._engine.read_telemetry()
        load = encode("/load", float(telemetry.load), int(telemetry.xruns))
        levels = [float(db) for meter in telemetry.master for db in meter[1:]]
        master = encode("/meter/master", *levels)
        for subscriber, kinds in due:
            if subscriber.wants("meters"):
                subscriber.levels.add(telemetry.meters)
            if "meters" in kinds:
                for slot, peak_db, rms_db in subscriber.levels.take():
                    datagram = encode("/meter", int(slot), float(peak_db), float(rms_db))
                    self._send(datagram, subscriber.target)
                self._send_all(subscriber, (master, load))

    def _send_pairs(self, kind: str, subscribers: list[Subscriber]) -> None:
        if not subscribers:
            return
        if kind == "followed":
            read, address = self._engine.read_followed(), followed_address
        else:
            read, address = self._engine.modulation.all_values(), modulated_address
        for slot, values in read.items():
            pairs = [word for pair in values.items() for word in pair]
            datagram = encode(address(slot), *pairs)
            for subscriber in subscribers:
                self._send(datagram, subscriber.target)

    def _send_networks(self, subscribers: list[Subscriber]) -> None:
        if not subscribers:
            return
        for slot in self._engine.network.filled():
            showing = [each for each in subscribers if each.choice.shows_network(slot)]
            if not showing:
                continue
            try:
                datagram = network_datagram(slot, self._engine.network.read(slot))
            except Exception as error:
                self._on_error(error)  # and everything else is sent all the same
                continue
            for subscriber in showing:
                self._send(datagram, subscriber.target)
