"""The mappings of an engine: learned ones above those of a file; both above the default table."""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from rtsynth.common.errors import ControlError, InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.user_folders import data_folder
from rtsynth.host.changes import Action, Change
from rtsynth.host.mapping.binding import CC, CC14, KEY_PRESSURE, KINDS, PRESSURE, Binding, Physical
from rtsynth.host.mapping.file import entry_of, load_midi_map, read_entry, write_map
from rtsynth.host.mapping.monitor import Monitor
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.notices import Notices

LEARNED_FILE = "learned.toml"
BEFORE_SET_FILE = "learned-before-set.toml"
MOST_LEARNED = 1000
# Of CC: bank select (0, 32), data and its number (6, 38, 96..101) say nothing by themselves;
# expression (11) and the pedals (64, 66) belong to the notes. Only a `kind` asks for them.
NOT_LEARNED = frozenset((0, 6, 11, 32, 38, 64, 66, *range(96, 102)))
LEARN_S = 60.0  # so long a physical control is waited for
SETTINGS = (
    "minimum", "maximum", "curve", "takeover", "relative", "step", "kind", "channel", "port",
)  # fmt: skip
ANY = "any"  # of a channel or port: not only where the control moved

log = logging.getLogger("rtsynth")


class _Wanted(NamedTuple):
    """What waits for a control that moves."""

    address: str
    slot: int
    target: str
    settings: dict[str, Any]


def learned_file() -> Path:
    """Where learned mappings are kept."""
    chosen = os.environ.get("RTSYNTH_MAPPINGS")
    return (Path(chosen) if chosen else data_folder() / "mappings") / LEARNED_FILE


class Mappings:
    """Which physical control moves what. Any thread may call.

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
        self._path = path or learned_file()
        self._lock = threading.Lock()
        self._wanted: _Wanted | None = None
        self._timer: threading.Timer | None = None  # ends the wait
        self._learned = MidiMap()
        self._file = MidiMap()
        self._damage = ""
        self._replaced = False  # and what was learned before is only in the file
        self.tables: tuple[MidiMap, ...] = ()
        self._load()
        self._arrange()

    def _load(self) -> None:
        if not self._path.exists():
            return
        try:
            self._learned = load_midi_map(self._path)
        except InputError as error:
            self._damage = str(error)
            log.warning("%s; correct or remove it: nothing is mapped by it until then", error)

    def _arrange(self) -> None:
        self.tables = (self._learned, self._file)

    @property
    def learned(self) -> tuple[Binding, ...]:
        """What was learned, the oldest first."""
        return self._learned.bindings

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
        """Map the next physical control that moves to a control, announced as `address`.

        `settings` are fields of a map's entry (`SETTINGS`): takeover, minimum, maximum, curve,
        relative, step; and kind: cc14, say, waits for the first of a pair of controllers; and
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
            control = None if wanted is None else _suitable(controls, wanted.settings.get("kind"))
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

    def forget(self, slot: int, target: str) -> None:
        """Map a control to nothing any more, as far as it was learned.

        Raises:
            ControlError: nothing was learned for it.
        """
        with self._lock:
            others = self._without(slot, target)
            if len(others) == len(self.learned):
                raise ControlError("nothing was learned for it")
            self._keep(others, "/midi/forget")

    def _without(self, slot: int, target: str) -> tuple[Binding, ...]:
        return tuple(each for each in self.learned if (each.slot, each.target) != (slot, target))

    def _change(self, bindings: tuple[Binding, ...]) -> None:
        self._learned = replace(self._learned, bindings=bindings)
        self._arrange()
        self._publish(Action(0, "mappings"))

    def _keep(self, bindings: tuple[Binding, ...], address: str) -> None:
        self._change(bindings)
        if self._damage:
            self._report(address, f"not kept for the next start: {self._damage}")
            return
        try:
            if self._replaced and self._path.exists():
                with atomic_write(self._path.with_name(BEFORE_SET_FILE)) as temporary:
                    shutil.copyfile(self._path, temporary)
            self._replaced = False
            write_map(self._path, self._learned)
        except RtsynthError as error:
            self._report(address, f"not kept for the next start: {error}")

    def _report(self, address: str, problem: str) -> None:
        log.warning("%s: %s", address, problem)
        self._notices.add("/fail", address, problem)

    def replace(self, bindings: tuple[Binding, ...]) -> None:
        """Other mappings in place of those learned; kept in the file with the next change.

        What the file has until then is kept beside it, in BEFORE_SET_FILE.
        """
        with self._lock:
            if [*map(entry_of, bindings)] != [*map(entry_of, self.learned)]:
                self._replaced = True
            self._change(bindings[:MOST_LEARNED])

    # --- looking -----------------------------------------------------------------------------

    def rows(self) -> list[tuple[str, Binding]]:
        """(where it is from, the binding) of every mapping, as they are looked for."""
        return [("learned", each) for each in self._learned.bindings] + [
            ("file", each) for each in self._file.bindings
        ]

    def status(self) -> dict[str, Any]:
        """For /status: what is learned, what arrives, the clock."""
        return {
            "learned": len(self.learned),
            "learning": self.learning,
            **self.monitor.status(),
        }


def _suitable(controls: Sequence[Physical], kind: str | None) -> Physical | None:
    """Under which of its names a control is learned."""
    for control in controls:
        if kind is None and (control.kind == CC14 or not _says_something(control)):
            continue
        if kind in (None, control.kind):
            return control
    return None


def _says_something(control: Physical) -> bool:
    """Whether a control is learned without a `kind`."""
    if control.kind in (PRESSURE, KEY_PRESSURE):
        return False  # any key sends it
    return control.kind != CC or control.number not in NOT_LEARNED


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
