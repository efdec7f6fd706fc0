"""Plugins are put into slots, by name or file, as far as the engine's machine has that file."""

import re
from collections import deque
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.plugin.library import plugin_folders, plugins_in
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.folders import PLUGINS
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.rack.rack import MOST_SLOTS
from rtsynth_gui.rack.reach import Reach
from rtsynth_gui.widgets.dragged import PLUGIN_SUFFIX, dragged_is_file, without_preset
from rtsynth_gui.widgets.file_dialog import FileDialog

ADD = "/slots/load"  # into a slot that the engine chooses
LOAD = re.compile(r"/slot/(\d{1,3})/load$")


def plugin_dialog(parent: QWidget | None, replaced: str = "") -> QFileDialog:
    """Asks for a plugin file: where one was chosen last, or the user's own, or those that ship.
    `replaced`: what it is loaded over."""
    own, shipped = plugin_folders()
    title = QCoreApplication.translate("Loading", "Open plugin")
    if replaced:
        title = QCoreApplication.translate("Loading", "Open plugin in place of {}")
    usual = own if any(plugins_in(own)) else shipped
    dialog = FileDialog(parent, title.format(replaced), PLUGINS, usual)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    name_filter = QCoreApplication.translate("Loading", "rtsynth plugins ({})")
    dialog.setNameFilter(name_filter.format(f"*{PLUGIN_SUFFIX}"))
    places = [folder for folder in (shipped, own, Path.home(), Path.cwd()) if folder.is_dir()]
    dialog.setSidebarUrls([QUrl.fromLocalFile(str(folder)) for folder in places])
    return dialog


class Asked(NamedTuple):
    """What is loaded, and the preset it gets then, or "": one act of the performer."""

    plugin: str
    preset: str
    act: Act


class Loading(QObject):
    """`said(text, failure)`: a line for the performer. `acted(Act)`: what the engine is to do.
    `added(slot)`: a plugin has been added."""

    said = Signal(str, bool)
    acted = Signal(object)
    added = Signal(int)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.reach = Reach(link, self._window, plugin_dialog, self)
        self.reach.said.connect(self.said)
        self.reach.acted.connect(self.acted)
        self.reach.follow_wanted.connect(self.follow)
        self._quiet = False
        self._filled: set[int] = set()
        self._new: set[int] = set()  # slots that were filled, and are not described yet
        self._then: dict[int, Asked] = {}
        self._adding: deque[Asked] = deque(maxlen=MOST_SLOTS)

    def _window(self) -> QWidget | None:
        parent = self.parent()
        return parent if isinstance(parent, QWidget) else None

    def know(self, description: Description) -> set[int]:
        """The engine's slots, as it describes them; which of them are new and were asked for."""
        self._filled = {slot.number for slot in description.slots}
        new = self._new & self._filled
        self._new -= new
        return new

    def take(self, batch: Batch) -> None:
        """One frame: what was loaded gets its preset."""
        self._quiet = bool(batch.failures)  # a warning about it is read, and not written over
        self.reach.take(batch)
        for answer in batch.answers:
            match answer.address, answer.arguments:
                case "/done", (str(done), str(plugin), int(number)) if done == ADD:
                    self._added(plugin, number)
                case "/done", (str(done), str(plugin)) if found := LOAD.match(done):
                    number = int(found[1])
                    if number in self._then and self._then[number].plugin == plugin:
                        self._loaded(number, self._then.pop(number))
        for address in batch.refused:
            if address == ADD and self._adding:
                self._adding.popleft()
            elif found := LOAD.match(address):
                self._then.pop(int(found[1]), None)

    def _added(self, plugin: str, number: int) -> None:
        while self._adding:  # what comes before it was lost on the way
            asked = self._adding.popleft()
            if asked.plugin == plugin:
                break
        else:
            return
        self._loaded(number, asked)
        if number in self._filled:
            self.added.emit(number)
        else:
            self._new.add(number)

    def _loaded(self, number: int, asked: Asked) -> None:
        """It is there: say so, in place of that it is being loaded."""
        if not self._quiet:
            self.said.emit(self.tr("{} is loaded").format(Path(asked.plugin).name), False)
        if asked.preset:
            self.recall(number, asked.preset, asked.act)

    def recall(self, slot: int, preset: str, load: Act | None = None) -> None:
        """Recall a preset of the plugin that is in a slot; as one step with the `load` before."""
        title, address = self.tr("recall preset {}"), slot_address(slot, "preset/recall")
        self.acted.emit(Act(title.format(preset), (slot,), address, (preset,), load))

    def load(self, text: str, slot: int) -> None:
        """Put a plugin, a name or a file, into a slot; 0 is a free one, which the engine chooses.
        With a preset behind it (`widgets.dragged`) it is recalled there."""
        plugin, preset = without_preset(text)
        if dragged_is_file(plugin) and not self._link.is_local:
            text = self.tr(
                "the engine is on another machine; it loads plugins from its own library"
            )
            self.said.emit(text, True)
            return
        if not slot and len(self._filled) >= MOST_SLOTS:
            text = self.tr("all {} slots are in use; remove one first")
            self.said.emit(text.format(MOST_SLOTS), True)
            return
        name = Path(plugin).name
        self.said.emit(self.tr("loading {}").format(name), False)
        title = self.tr("load {}").format(name)
        if not slot:
            act = Act(title, None, ADD, (plugin,))
            self._adding.append(Asked(plugin, preset, act))
            self.acted.emit(act)
            return
        act = Act(title, (slot,), slot_address(slot, "load"), (plugin,))
        self._then[slot] = Asked(plugin, preset, act)
        if slot not in self._filled:
            self._new.add(slot)
        self.acted.emit(act)

    def follow(self, run: str, slot: int) -> None:
        """Let a slot, or the first one, play each new network of a training run."""
        title, slot = self.tr("follow {}"), slot or 1
        name = Path(run).name
        self.said.emit(title.format(name), False)
        self.acted.emit(Act(title.format(name), (slot,), slot_address(slot, "follow"), (run,)))
