"""Opening slots: controls that reach into a network's hidden layers, and exchanging its tiers.

An opened slot plays the same plugin, compiled with controls of its hidden layers, going on from
what it was. They are ordinary controls: OSC, MIDI, modulation, presets and windows know them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.user_folders import data_folder
from rtsynth.compiler.compile import Compiled, compile_plugin, open_compiled
from rtsynth.compiler.network_state import carried_state, voices_of
from rtsynth.engine.program.layout import CONFIG_HIDDEN_START
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.host.state_banks import StateBanks
from rtsynth.host.voicings import Slots
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.content_hash import content_hash
from rtsynth.plugin.exchange import exchanged
from rtsynth.plugin.family import Tensors
from rtsynth.plugin.file import save
from rtsynth.plugin.library import resolve
from rtsynth.plugin.manifest import Manifest
from rtsynth.plugin.opened import closed, is_opened, opened

F32 = NDArray[np.float32]
FOLDER = "exchanged"  # in the user's folder for data


class Reloading(Slots, Protocol):
    """Where slots are, which can be loaded again; `rtsynth.host.rack.Rack` is one."""

    def load_again(
        self, slot: Slot, compiled: Compiled, state: Callable[[], F32] | None = None
    ) -> Slot:
        """See `Rack.load_again`."""


def keep(manifest: Manifest, tensors: Tensors) -> Plugin:
    """A plugin in the user's folder of those that were made by exchanging tiers, written once."""
    name = f"{content_hash(manifest, tensors)}.safetensors"
    path = data_folder() / FOLDER / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, manifest, tensors)
    return load(path)


def swapped_state(old: Compiled, new: Compiled, tier: int, state: F32) -> F32:
    """A state of one network for that with another tier of this number, which begins at rest."""
    result = carried_state(old, new, state)
    begin = int(new.program.config[CONFIG_HIDDEN_START])
    for voice in voices_of(new, result):
        for at, floats in new.tiers[tier].hidden:
            there = slice(at - begin, at - begin + floats)
            voice.hidden[there] = new.program.rest[there]
    return result


class Openings:
    """Opens and closes slots. Any thread may call anything; `slot` counts from 1.

    Every method raises ControlError for a slot that is empty.
    """

    def __init__(self, stage: Stage, rack: Reloading, banks: StateBanks) -> None:
        self._stage, self._rack, self._banks = stage, rack, banks

    def is_open(self, slot: int) -> bool:
        """Whether a slot has controls of its hidden layers."""
        return is_opened(self._rack.slot(slot).plugin)

    def open(self, slot: int, *, opened: bool = True) -> None:
        """Have the controls of a slot's hidden layers, or (`opened` False) do without.

        The plugin is compiled in the calling thread and goes on from what its network is then,
        faded over; values, notes and the states of its bank stay.

        Raises:
            PluginError: the plugin's family cannot be opened.
        """
        found = self._rack.slot(slot)
        before = found.voice.compiled
        if is_opened(before.plugin) == opened:
            return
        compiled = (
            open_compiled(before)
            if opened
            else compile_plugin(closed(before.plugin), before.precision, before.threads)
        )
        self._rack.load_again(found, compiled, self._now(slot))

    def swap(self, slot: int, tier: str, plugin: Plugin | str | Path) -> Plugin:
        """Exchange a tier of a slot for that of another plugin with the same interface.

        What plays then is a plugin of its own, which is written into the user's folder, so that
        sets, sessions and replays find it. It is compiled in the calling thread, at the precision
        of the one that plays, and faded over; the other tiers go on from the state they are in,
        the new one begins at rest. Values and notes stay; the states of its bank do not.

        Raises:
            PluginError: the plugin cannot be read.
            InputError: the tiers differ by more than their networks; the line names in what.
            WriteError: the new plugin cannot be written.
        """
        found = self._rack.slot(slot)
        before = found.voice.compiled
        other = plugin if isinstance(plugin, Plugin) else load(resolve(str(plugin)))
        made = keep(*exchanged(closed(before.plugin), tier, closed(other)))
        wanted = opened(made) if is_opened(before.plugin) else made
        compiled = compile_plugin(wanted, before.precision, before.threads)
        number = [each.name for each in made.manifest.tiers].index(tier)
        now = self._now(slot)
        state = None if now is None else lambda: swapped_state(before, compiled, number, now())
        self._rack.load_again(found, compiled, state)
        return made

    def _now(self, slot: int) -> Callable[[], F32] | None:
        """What gives the state of a slot; None where nothing plays."""
        return (lambda: self._banks.now(slot)) if self._stage.running else None

    # --- what sets and sessions keep of a slot ---------------------------------------------------

    def read(self, slot: int) -> bool:
        """Whether it is opened."""
        return self.is_open(slot)

    def restore(self, slot: int, data: Any) -> list[str]:
        """Open it again, or close it.

        Raises:
            InputError: the data says neither.
        """
        if not isinstance(data, bool):
            raise InputError("neither true nor false")
        self.open(slot, opened=data)
        return []
