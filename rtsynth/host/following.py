"""Slots that follow training runs: each goes on with the newest network as soon as it is written.

A thread looks for networks, another of low priority reads and compiles them: neither holds up what
plays. A network goes on from what the one before is at that very sample: see
`rtsynth.host.carrying`. Only weights may be others.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rtsynth.common.control_info import FollowedRun
from rtsynth.common.errors import ControlError, RtsynthError
from rtsynth.host.adopting import Adopting, Rack
from rtsynth.host.audio.input import Input
from rtsynth.host.changes import Action, Publisher
from rtsynth.host.notices import Notices
from rtsynth.host.run_networks import Network, Written, check_run, keep, newest, prune, steps_of
from rtsynth.host.steering import Steering
from rtsynth.plugin import Plugin, load

log = logging.getLogger("rtsynth")

POLL_S = 0.5
MOST_BEFORE = 32  # networks that can be gone back to
WAITS, FOLLOWS, HOLDS = "waits", "follows", "holds"


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
    ended: bool = False  # the slot follows it no longer
    looking: threading.RLock = field(default_factory=threading.RLock)  # one network at a time

    @property
    def state(self) -> str:
        return WAITS if not self.played else HOLDS if self.holds else FOLLOWS


class Following:
    """Lets slots follow training runs. Any thread may call anything; `slot` counts from 1.

    Args:
        sound_in: what slots can listen to.
        logs: whether an event log is written, which names networks: then all of them are kept.
    """

    def __init__(
        self,
        rack: Rack,
        publisher: Publisher,
        notices: Notices,
        sound_in: Input,
        logs: Callable[[], bool],
    ) -> None:
        self._rack, self._publisher, self._notices = rack, publisher, notices
        self._logs = logs
        # Never while a network is read or compiled: whoever asks for something is not to wait.
        self._lock = threading.RLock()
        self._of: dict[int, _Following] = {}
        self._asked = threading.Lock()  # one run after the other
        self._adopting = Adopting(rack)
        self._steering = Steering(rack, sound_in)
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
        with self._asked:
            known = self._of.get(slot)
            with nullcontext() if known is None else known.looking:
                with self._lock:
                    if self._of.get(slot) is not known:
                        known = None  # that was ended meanwhile
                    if known is None or known.run != run or self._plays_another(slot, known):
                        following = _Following(run)
                    else:
                        following = known
                        following.holds, following.seen = False, None
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
            now, held, following.holds = following.played[-1], following.holds, True
            before = following.played[-2]
        try:
            plugin = before.plugin or self._adopting.slowly(load, before.path)
            while not self._return_to(slot, following, now, plugin):
                pass  # it was opened, say, while that was compiled
        except Exception:
            following.holds, following.seen = held, None  # what came meanwhile was left out
            raise
        return before.step

    def _return_to(self, slot: int, following: _Following, now: Network, plugin: Plugin) -> bool:
        compiled = self._adopting.compiled(slot, plugin)
        with self._lock:
            gone = following.ended or following.played[-1] is not now
            if compiled is None or gone or self._plays_another(slot, following):
                raise ControlError(f"slot {slot}: something else took its place meanwhile")
            if not self._adopting.fits(slot, compiled):
                return False
            self._adopting.go_on(slot, compiled)
            following.plugin = plugin
            del following.played[-1]
            self._publish(slot, following.played[-1])
            return True

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

    def listen(self, slot: int, channel: int = 1) -> None:
        """Keep the last minute of what comes in at a channel of the sound card, for `add_input`.

        Args:
            slot: the slot; it stops where the slot follows no run any more.
            channel: from 1; 0: listen no longer.

        Raises:
            ControlError: the slot follows no run; no such channel; or another is listened to.
            EngineError: there is no input, or it fails.
        """
        self._following(slot)
        try:
            self._steering.listen(slot, channel)
        finally:
            self._publisher.publish(Action(slot, "follow/listen", (self._steering.listens(slot),)))

    def add_input(self, slot: int, seconds: float = 10.0) -> list[Path]:
        """Add what came in during the last so many seconds, with the slot's values of then.

        Returns the sounds that were written, as `more` does.

        Raises:
            ControlError: the slot follows no run, does not listen, or there is nothing to add.
            EngineError: nothing comes from the input any more.
        """
        return self._steering.add_input(slot, self._following(slot).run, seconds)

    def status(self) -> dict[int, Followed]:
        """What each slot follows, of those that do."""
        return {
            slot: Followed(each.run, each.state, each.played[-1].step if each.played else 0)
            for slot, each in sorted(self._of.copy().items())
        }

    def described(self, slot: int) -> FollowedRun | None:
        """What a slot follows, for a description; None if nothing."""
        found = self.status().get(slot)
        if found is None:
            return None
        listens = self._steering.listens(slot)
        return FollowedRun(str(found.run), found.state, found.step, listens)

    def close(self) -> None:
        """Follow nothing any more; what is being compiled is compiled, and not played."""
        self._steering.close()
        self._closing.set()
        self._adopting.close()

    def _following(self, slot: int) -> _Following:
        if (following := self._of.get(slot)) is None:
            raise ControlError(f"slot {slot} follows no training run")
        return following

    def _take_up(self, slot: int, following: _Following) -> None:
        """A slot follows a run from now on, and no other."""
        with self._lock:
            before = self._of.get(slot)
            if before is not None:
                before.ended = True
            following.ended = False
            self._of[slot] = following
            self._steering.begin(slot)
            self._publisher.publish(Action(slot, "follow", (str(following.run),)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="follow", daemon=True)
                self._thread.start()

    def _end(self, slot: int) -> None:
        self._of.pop(slot).ended = True
        self._steering.end(slot)
        self._publisher.publish(Action(slot, "follow", ("",)))

    def _run(self) -> None:
        while not self._closing.wait(POLL_S):
            for slot, following in self._of.copy().items():
                with following.looking:
                    if not self._closing.is_set():
                        self._look_quietly(slot, following)

    def _plays_another(self, slot: int, following: _Following) -> bool:
        """Whether something else was loaded than what the slot went on with."""
        went_on = following.plugin
        return went_on is not None and not self._adopting.plays(slot, went_on)

    def _look_quietly(self, slot: int, following: _Following) -> None:
        """As `_look`; what is wrong is reported, once for each file."""
        with self._lock:
            if following.ended:
                return
            if self._plays_another(slot, following):
                self._end(slot)
                self._report(slot, f"no longer follows {following.run.name}: another plugin plays")
                return
        try:
            self._look(slot, following)
            with self._lock:
                playing = self._rack.find(slot)
                if playing is not None and following.played and playing.voices == 1:
                    self._rack.keep_sound(playing)  # with other voices, or opened, it begins anew
        except RtsynthError as error:
            self._report(slot, str(error))
        except Exception as error:  # a bug of ours: say so, and go on
            log.warning("follow: internal error", exc_info=error)

    def _look(self, slot: int, following: _Following) -> None:
        """Go on with what the run has written since the last time."""
        with following.looking:
            written = newest(following.run)
            if written is None or written == following.seen or following.holds:
                return
            playing = self._rack.find(slot)
            if playing is not None and not self._rack.has_its_turn(playing):
                return  # the device takes nothing: at a later look
            following.seen = written
            plugin = self._adopting.slowly(keep, written)
            while not self._play(slot, following, plugin):
                pass  # it was opened, say, while that was compiled
            if not self._logs():
                needed = {each.path for one in self._of.copy().values() for each in one.played}
                prune(following.run, needed | {each.path for each in following.played})

    def _play(self, slot: int, following: _Following, plugin: Plugin) -> bool:
        """Let a slot play a network; False: another way to compute it was asked for meanwhile."""
        if following.played and self._adopting.plays(slot, plugin):
            return True
        compiled = self._adopting.compiled(slot, plugin)
        with self._lock:
            if following.ended or following.holds or self._plays_another(slot, following):
                return True  # nobody wants it any more
            if not self._adopting.fits(slot, compiled):
                return False
            assert plugin.path is not None
            network = Network(steps_of(plugin), plugin.path)
            before = following.played
            if before and compiled is not None:
                self._adopting.go_on(slot, compiled)
            elif (played := self._adopting.begin(slot, plugin, compiled)) is not None:
                before = [Network(steps_of(played), played.path or Path(), played)]
            following.plugin = plugin
            following.played = [*before, network][-MOST_BEFORE - 1 :]
            self._publish(slot, network)
            return True

    def _publish(self, slot: int, network: Network) -> None:
        arguments = network.step, str(network.path)
        self._publisher.publish(Action(slot, "follow/adopted", arguments))

    def _report(self, slot: int, text: str) -> None:
        if self._closing.is_set():
            return  # by now there is nobody to report to
        log.warning("slot %d: %s", slot, text)
        self._notices.add("/fail", f"/slot/{slot}/follow", text)
