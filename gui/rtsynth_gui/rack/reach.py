"""What a slot's menu does beyond its controls: rescue, hidden layers, priming, tiers, runs."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from rtsynth.common.audiofile import AUDIO_SUFFIXES
from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.host.presets.file_parts import NETWORK
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.folders import RECORDINGS, RUNS
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.file_dialog import FileDialog

LISTEN_S = 2.0
MORE_S = 10.0
SLOT = re.compile(
    r"/slot/(\d{1,3})/(prime|prime/input|swap|open|rescued|follow/(?:more|add/input|listen))$"
)


class Reach(QObject):
    """Asks the engine for what was chosen; what it is then at comes with its description.

    `acted(Act)`: what can be undone. `follow_wanted(run, slot)`: a training run is to be followed.
    `said(text, failure)`: a line for the performer.

    Args:
        plugin_dialog: asks for a plugin file.
    """

    acted = Signal(object)
    follow_wanted = Signal(str, int)
    said = Signal(str, bool)

    def __init__(
        self,
        link: EngineLink,
        window: Callable[[], QWidget | None],
        plugin_dialog: Callable[[QWidget | None], QFileDialog],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._window, self._plugin_dialog = link, window, plugin_dialog

    def do(self, what: str, argument: object, slot: int) -> None:
        """A line of a slot's menu was chosen; see `SlotMenu`."""
        match what, argument:
            case "rescue", str(mode):
                self._act(self.tr("rescue {}").format(mode), slot, "rescue", mode)
            case "open", bool(opened):
                title = self.tr("open hidden layers") if opened else self.tr("close hidden layers")
                self.said.emit(self.tr("Compiling; the slot plays on meanwhile…"), False)
                self._act(title, slot, "open", int(opened))
            case "prime", _:
                self._prime(slot)
            case "listen", _:
                self.said.emit(
                    self.tr("Listening to the input for {:g} s…").format(LISTEN_S), False
                )
                self._listen(slot)
            case "swap", str(tier):
                self._swap(slot, tier)
            case "follow", _:
                self._choose_run(slot)
            case "again", str(run):
                self.follow_wanted.emit(run, slot)
            case "more", _:
                self._link.send(slot_address(slot, "follow/more"), MORE_S)
            case "keep input", bool(kept):
                self._link.send(slot_address(slot, "follow/listen"), int(kept))
            case "more input", _:
                self._link.send(slot_address(slot, "follow/add/input"), MORE_S)
            case "back" | "stop", _:
                self._link.send(slot_address(slot, f"follow/{what}"))

    def _act(self, title: str, slot: int, command: str, *arguments: Argument) -> None:
        self.acted.emit(Act(title, (slot,), slot_address(slot, command), arguments))

    def _prime(self, slot: int) -> None:
        title = self.tr("Recording that the network goes on from")
        dialog = FileDialog(self._window(), title, RECORDINGS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{suffix}" for suffix in AUDIO_SUFFIXES)
        dialog.setNameFilter(self.tr("Recordings ({})").format(endings))
        if dialog.exec():
            path = dialog.selectedFiles()[0]
            self.said.emit(self.tr("{} is fed to the network…").format(Path(path).name), False)
            title = self.tr("continue from {}").format(Path(path).name)
            address = slot_address(slot, "prime")
            self.acted.emit(Act(title, (f"{NETWORK}{slot}",), address, (path,)))

    def _listen(self, slot: int) -> None:
        title, address = self.tr("continue from the input"), slot_address(slot, "prime/input")
        act = Act(title, (f"{NETWORK}{slot}",), address, (LISTEN_S,), lasts=True)
        self.acted.emit(act)

    def _swap(self, slot: int, tier: str) -> None:
        dialog = self._plugin_dialog(self._window())
        dialog.setWindowTitle(self.tr("Plugin whose tier takes the place of {}").format(tier))
        if dialog.exec():
            plugin = dialog.selectedFiles()[0]
            self.said.emit(self.tr("Compiling; the slot plays on meanwhile…"), False)
            self._act(self.tr("exchange tier {}").format(tier), slot, "swap", tier, plugin)

    def _choose_run(self, slot: int) -> None:
        dialog = FileDialog(self._window(), self.tr("Folder of a training run"), RUNS)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        if dialog.exec():
            self.follow_wanted.emit(dialog.selectedFiles()[0], slot)

    def take(self, batch: Batch) -> None:
        """One frame: say what was done."""
        for address, arguments, _ in batch.answers:
            done = address == "/done" and bool(arguments)
            found = SLOT.match(str(arguments[0]) if done else address)
            if found is None:
                continue
            match found[2], arguments:
                case "rescued", [str(reason)] if not done:
                    text = self.tr("Slot {} was rescued: {}")
                    self.said.emit(text.format(found[1], reason), False)
                case "prime", [_, str(path), float(fed_s), *_]:
                    text = self.tr("Slot {} goes on from the last {:.1f} s of {}")
                    self.said.emit(text.format(found[1], fed_s, Path(path).name), False)
                case "prime/input", [_, float(fed_s), *_]:
                    text = self.tr("Slot {} goes on from {:.1f} s of the input")
                    self.said.emit(text.format(found[1], fed_s), False)
                case "swap", [_, str(tier), str(plugin)]:
                    text = self.tr("Slot {} has the tier {} of {}")
                    self.said.emit(text.format(found[1], tier, Path(plugin).stem), False)
                case "follow/listen", [_, int(channel)] if channel:
                    text = self.tr("Slot {} listens to the input: play, then add it")
                    self.said.emit(text.format(found[1]), False)
                case "follow/more" | "follow/add/input", [_, int(count)]:
                    text = self.tr("Slot {}: sounds added to the training: {}")
                    self.said.emit(text.format(found[1], count), False)
                case "open", [_, int(opened)]:
                    text = self.tr("Slot {}: hidden layers are closed")
                    if opened:
                        text = self.tr("Slot {}: each tier has a page beside the envelope")
                    self.said.emit(text.format(found[1]), False)
