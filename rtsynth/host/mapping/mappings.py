"""The mappings of an engine: learned ones above those of a file; both above the default table."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.changes import Action, Change
from rtsynth.host.mapping.actions import is_action, read_action
from rtsynth.host.mapping.binding import CC, KINDS, NOTE, NRPN, PROGRAM, Binding, Physical
from rtsynth.host.mapping.file import entry_of, read_entry
from rtsynth.host.mapping.learned_file import LearnedFile, learned_file
from rtsynth.host.mapping.monitor import Monitor
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.notices import Notices

MOST_LEARNED = 1000
# Of CC: bank select (0, 32), data and its number (6, 38, 96..101) say nothing by themselves;
# expression (11) and the pedals (64, 66) belong to the notes. Only a `kind` asks for them.
NOT_LEARNED = frozenset((0, 6, 11, 32, 38, 64, 66, *range(96, 102)))
PADS = (NOTE, PROGRAM)  # learned without a `kind` by an action that is done when they are pressed
LEARN_S = 60.0  # so long a physical control is waited for
SETTINGS = (
    "minimum", "maximum", "curve", "takeover", "relative", "step", "mode", "kind", "channel",
    "port",
)  # fmt: skip
ANY = "any"  # of a channel or port: not only where the control moved
ASSIGNED = ("number", *SETTINGS)  # and kind says which physical control

log = logging.getLogger("rtsynth")


class _Wanted(NamedTuple):
    """What waits for a control that moves."""

    address: str
    slot: int
    target: str
    settings: dict[str, Any]


class Mappings:
    """Which physical control moves what. Any thread may call.

    What was learned before is read when a surface asks for it (`open`): an engine that no physical
    control plays leaves the file alone.

    Args:
        notices: where it is announced what is learned.
        path: the file of learned mappings; None for the user's own.
        publish: takes note of a change of what is learned.
    """

    def __init__(
        self,
        notices: Notices,
        path: Path | None = None,
        *,
        publish: Callable[[Change], None] = lambda change: None,
    ) -> None:
        self.monitor = Monitor()
        self._notices = notices
        self._publish = publish
        self._kept = LearnedFile(path or learned_file(), self._report)
        self._lock = threading.Lock()
        self._wanted: _Wanted | None = None
        self._timer: threading.Timer | None = None  # ends the wait
        self._learned: MidiMap | None = None  # until it is read, or a set brings its own
        self._read = False
        self._file = MidiMap()
        self.tables: tuple[MidiMap, ...] = ()
        self._arrange()

    def open(self) -> None:
        """Read what was learned before, once; mappings that a set brought stay above it."""
        with self._lock:
            self._open()

    def _open(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            before = self._kept.read()
        except InputError as error:
            log.warning("%s; correct or remove it: nothing is mapped by it until then", error)
            before = MidiMap()
        if self._learned is None:
            self._learned = before
            self._arrange()
        elif _entries(self._learned.bindings) != _entries(before.bindings):
            self._kept.set_aside()

    def settle(self) -> None:
        """Wait, for a few seconds at most, until all that was learned is in its file."""
        self._kept.settle()

    def _arrange(self) -> None:
        self.tables = (self._learned or MidiMap(), self._file)

    @property
    def learned(self) -> tuple[Binding, ...]:
        """What was learned, the oldest first."""
        return () if self._learned is None else self._learned.bindings

    @property
    def is_open(self) -> bool:
        """Whether what is learned is known: it was read, or a set brought it."""
        return self._learned is not None

    def use_file(self, midi_map: MidiMap) -> None:
        """Put a map below what was learned, in place of the one before."""
        with self._lock:
            self._file = midi_map
            self._arrange()

    # --- learning ----------------------------------------------------------------------------

    @property
    def learning(self) -> str | None:
        """The address of the control that waits for a physical one."""
        wanted = self._wanted
        return None if wanted is None else wanted.address

    def learn(
        self, slot: int, target: str, address: str, settings: Mapping[str, Any] | None = None
    ) -> None:
        """Map the next physical control that moves to a control or action, announced as `address`.

        `settings` are fields of a map's entry (`SETTINGS`): takeover, minimum, maximum, curve,
        relative, step, mode; and kind: cc14, say, waits for the first of a pair of controllers; and
        "any" for channel or port. After `LEARN_S` none is waited for any more.

        Raises:
            InputError: a setting that does not exist, or no such value.
        """
        wanted = _Wanted(address, slot, target, dict(settings or {}))
        kind = wanted.settings.get("kind", CC)
        if kind not in KINDS:
            raise InputError(f"kind: {str(kind)[:40]!r} is not one of {', '.join(KINDS)}")
        _bound(wanted, Physical(kind))
        with self._lock:
            self._open()
            self._wait_for(wanted)
        self._notices.add("/midi/learning", address)

    def cancel(self) -> None:
        """Wait for none."""
        with self._lock:
            self._wait_for(None)
        self._notices.add("/midi/learning", "")

    def _wait_for(self, wanted: _Wanted | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._wanted, self._timer = wanted, None
        if wanted is not None:
            self._timer = threading.Timer(LEARN_S, self._give_up, (wanted,))
            self._timer.daemon = True
            self._timer.start()

    def _give_up(self, wanted: _Wanted) -> None:
        with self._lock:
            if self._wanted is not wanted:
                return
            self._wait_for(None)
        self._notices.add("/midi/learning", "")

    def offer(self, controls: Sequence[Physical]) -> None:
        """A control has moved, known by these names: it is mapped if one is waited for."""
        if self._wanted is None:
            return
        with self._lock:
            wanted = self._wanted
            control = None if wanted is None else _suitable(controls, wanted)
            if wanted is None or control is None:
                return
            self._wait_for(None)
            binding = _bound(wanted, control)
            others = self._without(wanted.slot, wanted.target)
            if len(others) >= MOST_LEARNED:
                self._report("/midi/learn", f"{MOST_LEARNED} are learned already; forget some")
                return
            self._keep((*others, binding), "/midi/learn")
        self._notices.add("/midi/learned", wanted.address, binding.physical.text)

    def assign(self, slot: int, target: str, settings: Mapping[str, Any]) -> None:
        """Map a physical control to a control or action, in place of what was learned for it.

        `settings` are fields of a map's entry: `kind` (required) and `number` say which physical
        control; without `channel` or `port`, or with "any", wherever it comes from.

        Raises:
            InputError: a setting that does not exist, is missing, or no such value.
        """
        binding = _assigned(slot, target, settings)
        with self._lock:
            self._open()
            others = self._without(slot, target)
            if len(others) >= MOST_LEARNED:
                raise InputError(f"{MOST_LEARNED} are learned already; forget some")
            self._keep((*others, binding), "/midi/assign")
        self._notices.add("/midi/changed")

    def forget(self, slot: int, target: str) -> None:
        """Map a control to nothing any more, as far as it was learned.

        What a file maps to it in every slot goes as a whole.

        Raises:
            ControlError: nothing was learned for it.
        """
        with self._lock:
            self._open()
            others = self._without(slot, target)
            if len(others) == len(self.learned):
                others = tuple(e for e in self.learned if (e.slot, e.target) != (None, target))
            if len(others) == len(self.learned):
                raise ControlError("nothing was learned for it")
            self._keep(others, "/midi/forget")
        self._notices.add("/midi/changed")

    def _without(self, slot: int, target: str) -> tuple[Binding, ...]:
        return tuple(each for each in self.learned if (each.slot, each.target) != (slot, target))

    def _change(self, bindings: tuple[Binding, ...]) -> MidiMap:
        learned = self._learned = replace(self._learned or MidiMap(), bindings=bindings)
        self._arrange()
        self._publish(Action(0, "mappings"))
        return learned

    def _keep(self, bindings: tuple[Binding, ...], address: str) -> None:
        self._kept.write(self._change(bindings), address)

    def _report(self, address: str, problem: str) -> None:
        log.warning("%s: %s", address, problem)
        self._notices.add("/fail", address, problem)

    def replace(self, bindings: tuple[Binding, ...]) -> None:
        """Other mappings in place of those learned; kept in the file with the next change.

        What the file has until then is kept beside it.
        """
        with self._lock:
            if self._read and _entries(bindings) != _entries(self.learned):
                self._kept.set_aside()
            self._change(bindings[:MOST_LEARNED])
        self._notices.add("/midi/changed")

    # --- looking -----------------------------------------------------------------------------

    def rows(self) -> list[tuple[str, Binding]]:
        """(where it is from, the binding) of every mapping, as they are looked for."""
        return [("learned", each) for each in self.learned] + [
            ("file", each) for each in self._file.bindings
        ]

    def status(self) -> dict[str, Any]:
        """For /status: what is learned, what arrives, the clock."""
        return {
            "learned": len(self.learned),
            "learning": self.learning,
            **self.monitor.status(),
        }


def _entries(bindings: tuple[Binding, ...]) -> list[dict[str, Any]]:
    return [entry_of(binding) for binding in bindings]


def _suitable(controls: Sequence[Physical], wanted: _Wanted) -> Physical | None:
    """Under which of its names a control is learned."""
    kind = wanted.settings.get("kind")
    pressed = is_action(wanted.target) and not read_action(wanted.target).is_placed
    for control in controls:
        if kind is None and not (_says_something(control) or (pressed and control.kind in PADS)):
            continue
        if kind in (None, control.kind):
            return control
    return None


def _says_something(control: Physical) -> bool:
    """Whether a control is learned without a `kind`: not what any key or wheel sends."""
    if control.kind == CC:
        return control.number not in NOT_LEARNED
    return control.kind == NRPN


def _bound(wanted: _Wanted, control: Physical) -> Binding:
    """The binding of what is waited for to a control.

    Raises:
        InputError: a setting that does not exist, or no such value.
    """
    settings = {name: it for name, it in wanted.settings.items() if name != "kind"}
    for name in settings:
        if name not in SETTINGS:
            raise InputError(f"{name!r} is no setting; there are {', '.join(SETTINGS)}")
    for name in ("channel", "port"):
        if settings.pop(name, ANY) != ANY:
            raise InputError(f"{name}: only {ANY!r}; left out, it is where the control moves")
    channel = None if "channel" in wanted.settings else control.channel
    port = None if "port" in wanted.settings else control.port
    learned = control._replace(channel=channel, port=port)
    plain = Binding(wanted.target, learned, wanted.slot)
    return read_entry("setting", entry_of(plain) | settings)._replace(origin="")


def _assigned(slot: int, target: str, settings: Mapping[str, Any]) -> Binding:
    """The binding that settings describe.

    Raises:
        InputError: a setting that does not exist, is missing, or no such value.
    """
    for name in settings:
        if name not in ASSIGNED:
            raise InputError(f"{name!r} is no setting; there are {', '.join(ASSIGNED)}")
    kind = settings.get("kind")
    if kind not in KINDS:
        raise InputError(f"kind: {str(kind)[:40]!r} is not one of {', '.join(KINDS)}")
    number = settings.get("number", 0)
    where = {n: settings[n] for n in ("channel", "port") if settings.get(n, ANY) != ANY}
    others = {n: it for n, it in settings.items() if n not in ("kind", "number", *where)}
    fields = {n: it for n, it in others.items() if n not in ("channel", "port")}
    plain = Binding(target, Physical(str(kind), number), slot)
    return read_entry("setting", entry_of(plain) | where | fields)._replace(origin="")
