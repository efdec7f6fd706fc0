"""Slots that follow training runs: each goes on with the newest network as soon as it is written.

A thread looks for networks, another of low priority reads and compiles them: neither holds up what
plays. A network goes on from what the one before is at that very sample: see
`rtsynth.host.carrying`. Only weights may be others.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, ParamSpec, Protocol, TypeVar

from rtsynth.common.control_info import FollowedRun
from rtsynth.common.errors import ControlError, InputError, RtsynthError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.host.carrying import NotAlikeError
from rtsynth.host.changes import Action, Publisher
from rtsynth.host.notices import Notices
from rtsynth.host.run_networks import Network, Written, check_run, keep, newest, prune, steps_of
from rtsynth.host.slot import Slot
from rtsynth.host.steering import Steering
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.opened import is_opened, opened

log = logging.getLogger("rtsynth")
P = ParamSpec("P")
T = TypeVar("T")

POLL_S = 0.5
MOST_BEFORE = 32  # networks that can be gone back to
NICE = 10  # no more: who has the interpreter is not to wait for long
WAITS, FOLLOWS, HOLDS = "waits", "follows", "holds"


class Rack(Protocol):
    """Where slots are; `rtsynth.host.rack.Rack` is one."""

    def find(self, number: int) -> Slot | None:
        """The slot, if something is loaded there."""

    def load_into(self, number: int, plugin: Plugin) -> Slot:
        """Load a plugin into a slot."""

    def has_its_turn(self, slot: Slot) -> bool:
        """Whether what a slot is to play plays, or nothing does."""

    def go_on_with(self, slot: Slot, compiled: Compiled) -> None:
        """Let a slot go on with other weights; NotAlikeError if not only they are others."""

    def keep_sound(self, slot: Slot) -> None:
        """Keep what a slot puts out from now on, if it plays."""


class Followed(NamedTuple):
    """What a slot follows: "waits" for the first network, "follows", or "holds" the one it has."""

    run: Path
    state: str
    step: int


@dataclass
class _Following:
    run: Path
    played: list[Network] = field(default_factory=list)  # the last is the one that plays
    plugin: Plugin | None = None  # of it
    seen: Written | None = None
    holds: bool = False

    @property
    def state(self) -> str:
        return WAITS if not self.played else HOLDS if self.holds else FOLLOWS


class Following:
    """Lets slots follow training runs. Any thread may call anything; `slot` counts from 1.

    Args:
        logs: whether an event log is written, which names networks: then all of them are kept.
    """

    def __init__(
        self, rack: Rack, publisher: Publisher, notices: Notices, logs: Callable[[], bool]
    ) -> None:
        self._rack, self._publisher, self._notices = rack, publisher, notices
        self._logs = logs
        self._lock = threading.RLock()  # while one network takes the place of another
        self._of: dict[int, _Following] = {}
        self._low = ThreadPoolExecutor(1, "follow-low", _lower_priority)
        self._closes = threading.Lock()  # while something is given to that, or it ends
        self._steering = Steering(rack)
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, slot: int, run: str | Path) -> None:
        """Play the newest network of a run, and go on with those that it writes from now on.

        Where the slot plays another kind of plugin, or nothing, the first one is loaded as any
        other. The same run again: it no longer holds what was gone back to.

        Raises:
            InputError: it is no folder of a run, or what is there cannot be used.
        """
        run = Path(run).expanduser().absolute()
        check_run(run)
        with self._lock:
            known = self._of.get(slot)
            if known is not None and known.run == run:
                following = known
                following.holds, following.seen = False, None
            else:
                following = _Following(run)
            self._look(slot, following)
            self._take_up(slot, following)

    def kept(self) -> dict[int, tuple[str, str]]:
        """Which run each slot follows, and its state: what `go_on` takes."""
        return {slot: (str(each.run), each.state) for slot, each in self.status().items()}

    def go_on(self, slot: int, run: str | Path, state: str) -> None:
        """Follow a run as the engine before this one did: what plays goes on until there is a newer
        network, which is looked for once the thread is there.

        Raises:
            InputError: it is no folder of a run any more.
            ControlError: the slot is empty, and does not wait for its first network.
        """
        run = Path(run)
        check_run(run)
        with self._lock:
            following, playing = _Following(run, holds=state == HOLDS), self._rack.find(slot)
            if state != WAITS:
                if playing is None:
                    raise ControlError(f"slot {slot} is empty")
                following.plugin = playing.plugin
                path = playing.plugin.path or Path()
                following.played = [Network(steps_of(playing.plugin), path, playing.plugin)]
            self._take_up(slot, following)

    def back(self, slot: int) -> int:
        """Go back to the network before, and hold that; its step.

        Raises:
            ControlError: the slot follows no run, or there is none before this one.
            PluginError: it is no longer there.
        """
        with self._lock:
            following = self._following(slot)
            if len(following.played) < 2:
                raise ControlError(f"slot {slot}: there is no network before this one")
            before = following.played[-2]
            self._go_on(slot, following, before.plugin or self._slowly(load, before.path))
            following.holds = True
            del following.played[-1]
            self._publish(slot, before)
            return before.step

    def stop(self, slot: int) -> None:
        """Follow no run any more: what plays goes on.

        Raises:
            ControlError: the slot follows none.
        """
        with self._lock:
            self._following(slot)
            self._end(slot)

    def more(self, slot: int, seconds: float = 10.0) -> list[Path]:
        """More of this: add what the slot put out in the last so many seconds to the run's data.

        Returns the sounds that were written; the training takes them up at its next checkpoint.

        Raises:
            ControlError: the slot follows no run, the run takes none, or there is nothing to add.
        """
        return self._steering.more(slot, self._following(slot).run, seconds)

    def add(self, slot: int, recording: str | Path) -> Path:
        """Add a recording to the run's data, with the values that the slot has now.

        Raises:
            ControlError: the slot follows no run, or the run takes none.
            InputError: the recording cannot be used.
        """
        run = self._following(slot).run
        return self._steering.add(slot, run, Path(recording).expanduser())

    def status(self) -> dict[int, Followed]:
        """What each slot follows, of those that do."""
        return {
            slot: Followed(each.run, each.state, each.played[-1].step if each.played else 0)
            for slot, each in sorted(self._of.copy().items())
        }

    def described(self, slot: int) -> FollowedRun | None:
        """What a slot follows, for a description; None if nothing."""
        found = self.status().get(slot)
        return None if found is None else FollowedRun(str(found.run), found.state, found.step)

    def close(self) -> None:
        """Follow nothing any more; what is being compiled is compiled, and not played."""
        self._steering.close()
        with self._closes:
            self._closing.set()
            self._low.shutdown(wait=False)

    def _slowly(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have something done by the thread of low priority, and wait for it."""
        with self._closes:
            self._check_open()
            future = self._low.submit(act, *args, **kwargs)
        result = future.result()
        self._check_open()
        return result

    def _check_open(self) -> None:
        if self._closing.is_set():
            raise ControlError("the engine ends: no training run is followed")

    def _following(self, slot: int) -> _Following:
        if slot not in self._of:
            raise ControlError(f"slot {slot} follows no training run")
        return self._of[slot]

    def _take_up(self, slot: int, following: _Following) -> None:
        self._of[slot] = following
        self._steering.begin(slot)
        self._publisher.publish(Action(slot, "follow", (str(following.run),)))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="follow", daemon=True)
            self._thread.start()

    def _end(self, slot: int) -> None:
        del self._of[slot]
        self._steering.end(slot)
        self._publisher.publish(Action(slot, "follow", ("",)))

    def _run(self) -> None:
        while not self._closing.wait(POLL_S):
            for slot in list(self._of):
                with self._lock:
                    following = self._of.get(slot)
                    if following is not None and not self._closing.is_set():
                        self._look_quietly(slot, following)

    def _look_quietly(self, slot: int, following: _Following) -> None:
        """As `_look`; what is wrong is reported, once for each file."""
        if following.plugin is not None:
            found = self._rack.find(slot)
            # (Opened or closed it is another object, and the same plugin.)
            if found is None or found.plugin.content_hash != following.plugin.content_hash:
                self._end(slot)
                self._report(slot, f"no longer follows {following.run.name}: another plugin plays")
                return
        try:
            self._look(slot, following)
            playing = self._rack.find(slot)
            if playing is not None and following.played and playing.voices == 1:
                self._rack.keep_sound(playing)  # with other voices, or opened, it begins anew
        except RtsynthError as error:
            self._report(slot, str(error))
        except Exception as error:  # a bug of ours: say so, and go on
            log.warning("follow: internal error", exc_info=error)

    def _look(self, slot: int, following: _Following) -> None:
        """Go on with what the run has written since the last time."""
        written = newest(following.run)
        if written is None or written == following.seen or following.holds:
            return
        playing = self._rack.find(slot)
        if playing is not None and not self._rack.has_its_turn(playing):
            return  # the device takes nothing: at a later look
        following.seen = written
        plugin = self._slowly(keep, written)
        playing = self._rack.find(slot)
        if following.played:
            if playing is not None and playing.plugin.content_hash == plugin.content_hash:
                return
            self._go_on(slot, following, plugin)
        else:
            self._begin(slot, following, plugin)
        assert plugin.path is not None
        network = Network(steps_of(plugin), plugin.path)
        following.played = [*following.played, network][-MOST_BEFORE - 1 :]
        self._publish(slot, network)
        if not self._logs():
            needed = {each.path for one in self._of.copy().values() for each in one.played}
            prune(following.run, needed | {each.path for each in following.played})

    def _begin(self, slot: int, following: _Following, plugin: Plugin) -> None:
        """The first network takes the place of what plays."""
        playing = self._rack.find(slot)
        before = None if playing is None else playing.plugin
        if playing is not None:
            compiled = self._compiled_as(playing, plugin)
            try:
                self._rack.go_on_with(playing, compiled)
            except NotAlikeError:
                playing = None  # it is of another kind
            else:
                assert before is not None
                if before.content_hash != plugin.content_hash:
                    path = before.path or Path()
                    following.played = [Network(steps_of(before), path, before)]
        if playing is None:
            self._rack.load_into(slot, plugin)
        following.plugin = plugin

    def _go_on(self, slot: int, following: _Following, plugin: Plugin) -> None:
        playing = self._rack.find(slot)
        if playing is None:
            raise ControlError(f"slot {slot} is empty")
        compiled = self._compiled_as(playing, plugin)
        try:
            self._rack.go_on_with(playing, compiled)
        except NotAlikeError as error:
            raise InputError(
                f"{plugin.path}: has other {error} than what plays, which goes on; load it with "
                f"/slot/{slot}/load"
            ) from error
        following.plugin = plugin

    def _compiled_as(self, slot: Slot, plugin: Plugin) -> Compiled:
        """A plugin, computed as what a slot plays."""
        now = slot.voice.compiled
        plugin = opened(plugin) if is_opened(now.plugin) else plugin
        return self._slowly(compile_plugin, plugin, now.precision, now.threads)

    def _publish(self, slot: int, network: Network) -> None:
        arguments = network.step, str(network.path)
        self._publisher.publish(Action(slot, "follow/adopted", arguments))

    def _report(self, slot: int, text: str) -> None:
        if self._closing.is_set():
            return  # by now there is nobody to report to
        log.warning("slot %d: %s", slot, text)
        self._notices.add("/fail", f"/slot/{slot}/follow", text)


def _lower_priority() -> None:
    if sys.platform == "linux":  # elsewhere it would be that of the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
