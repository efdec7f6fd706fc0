"""A slot goes on with another network: read and compiled by a thread of low priority, then played.

What takes long (`slowly`, `compiled`) is apart from what takes its place (`go_on`, `begin`): a lock
around the latter holds up nobody for long.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.host.carrying import NotAlikeError
from rtsynth.host.slot import Slot
from rtsynth.plugin import Plugin
from rtsynth.plugin.opened import is_opened, opened

P = ParamSpec("P")
T = TypeVar("T")
NICE = 10  # no more: who has the interpreter is not to wait for long


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


class Adopting:
    """Any thread may call anything; `slot` counts from 1."""

    def __init__(self, rack: Rack) -> None:
        self._rack = rack
        self._low = ThreadPoolExecutor(1, "follow-low", _lower_priority)
        self._closes = threading.Lock()  # while something is given to that, or it ends
        self._closing = threading.Event()

    def close(self) -> None:
        """Nothing is compiled any more; what is being compiled is, and not played."""
        with self._closes:
            self._closing.set()
            self._low.shutdown(wait=False)

    def slowly(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have something done by the thread of low priority, and wait for it.

        Raises:
            ControlError: the engine ends.
        """
        with self._closes:
            self._check_open()
            future = self._low.submit(act, *args, **kwargs)
        result = future.result()
        self._check_open()
        return result

    def _check_open(self) -> None:
        if self._closing.is_set():
            raise ControlError("the engine ends: no training run is followed")

    def plays(self, slot: int, plugin: Plugin) -> bool:
        """Whether a slot plays a network; opened or closed, it is another object and the same."""
        found = self._rack.find(slot)
        return found is not None and found.plugin.content_hash == plugin.content_hash

    def compiled(self, slot: int, plugin: Plugin) -> Compiled | None:
        """A plugin, computed as what a slot plays; None where it plays nothing."""
        playing = self._rack.find(slot)
        if playing is None:
            return None
        now = playing.voice.compiled
        plugin = opened(plugin) if is_opened(now.plugin) else plugin
        return self.slowly(compile_plugin, plugin, now.precision, now.threads)

    def fits(self, slot: int, compiled: Compiled | None) -> bool:
        """Whether it is what `compiled` would give now."""
        playing = self._rack.find(slot)
        if playing is None or compiled is None:
            return playing is None and compiled is None
        now = playing.voice.compiled
        return (now.precision, now.threads, is_opened(now.plugin)) == (
            compiled.precision, compiled.threads, is_opened(compiled.plugin),
        )  # fmt: skip

    def go_on(self, slot: int, compiled: Compiled) -> None:
        """Let a slot go on with a network.

        Raises:
            ControlError: the slot is empty, or the device takes nothing.
            InputError: not only the weights are others.
        """
        playing = self._rack.find(slot)
        if playing is None:
            raise ControlError(f"slot {slot} is empty")
        try:
            self._rack.go_on_with(playing, compiled)
        except NotAlikeError as error:
            raise InputError(
                f"{compiled.plugin.path}: has other {error} than what plays, which goes on; load "
                f"it with /slot/{slot}/load"
            ) from error

    def begin(self, slot: int, plugin: Plugin, compiled: Compiled | None) -> Plugin | None:
        """The same with the first one of a run, which is loaded where what plays is another kind.

        Returns what it went on from, unless that was the same network.
        """
        playing = self._rack.find(slot)
        if playing is not None and compiled is not None:
            before = playing.plugin
            try:
                self._rack.go_on_with(playing, compiled)
            except NotAlikeError:
                pass  # it is of another kind
            else:
                return None if before.content_hash == plugin.content_hash else before
        self._rack.load_into(slot, plugin)
        return None


def _lower_priority() -> None:
    if sys.platform == "linux":  # elsewhere it would be that of the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
