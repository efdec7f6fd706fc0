"""Plugins are put into slots, by name or file, as far as the engine's machine has that file."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.plugin.library import plugin_folders
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.rack.rack import MOST_SLOTS, free_slot
from rtsynth_gui.widgets.dragged import PLUGIN_SUFFIX, dragged_is_file, without_preset


def plugin_dialog(parent: QWidget) -> QFileDialog:
    """Asks for a plugin file: those that ship, or the user's own where there are any."""
    own, shipped = plugin_folders()
    dialog = QFileDialog(parent, QCoreApplication.translate("Loading", "Open plugin"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    name_filter = QCoreApplication.translate("Loading", "rtsynth plugins ({})")
    dialog.setNameFilter(name_filter.format(f"*{PLUGIN_SUFFIX}"))
    dialog.setDirectory(str(shipped))
    places = [folder for folder in (shipped, own, Path.home(), Path.cwd()) if folder.is_dir()]
    dialog.setSidebarUrls([QUrl.fromLocalFile(str(folder)) for folder in places])
    return dialog


class Loading(QObject):
    """`said(text, failure)`: a line for the performer. `acted(Act)`: what the engine is to do."""

    said = Signal(str, bool)
    acted = Signal(object)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._filled: set[int] = set()
        self._asked: set[int] = set()  # slots that are being filled
        self._then: dict[int, tuple[str, str]] = {}  # what is loaded, and the preset it gets

    def know(self, description: Description) -> set[int]:
        """The engine's slots, as it describes them; which of them are new and were asked for."""
        self._filled = {slot.number for slot in description.slots}
        new = self._asked & self._filled
        self._asked -= new
        return new

    def take(self, batch: Batch) -> None:
        """One frame: what was loaded gets its preset."""
        for number, (plugin, preset) in list(self._then.items()):
            done = slot_address(number, "load"), plugin
            if any(a.address == "/done" and a.arguments[:2] == done for a in batch.answers):
                del self._then[number]
                self.recall(number, preset)

    def recall(self, slot: int, preset: str) -> None:
        """Recall a preset of the plugin that is in a slot."""
        title, address = self.tr("preset {}"), slot_address(slot, "preset/recall")
        self.acted.emit(Act(title.format(preset), (slot,), address, (preset,)))

    def load(self, text: str, slot: int) -> None:
        """Put a plugin, a name or a file, into a slot; 0 is the first free one. With a preset
        behind it (`widgets.dragged`) it is recalled there."""
        plugin, preset = without_preset(text)
        if dragged_is_file(plugin) and not self._link.is_local:
            text = self.tr("the engine is on another machine: it loads plugins of its own library")
            self.said.emit(text, True)
            return
        number = slot or free_slot(self._filled | self._asked)
        if number is None:
            text = self.tr("all {} slots are taken; remove one first")
            self.said.emit(text.format(MOST_SLOTS), True)
            return
        self._asked |= {number} - self._filled
        self._then.pop(number, None)
        if preset:
            self._then[number] = plugin, preset
        title = self.tr("loading {}").format(Path(plugin).name)
        self.said.emit(title, False)
        self.acted.emit(Act(title, (number,), slot_address(number, "load"), (plugin,)))

    def refused(self) -> None:
        """Something could not be loaded: whatever is being loaded, its slots are free again."""
        self._asked.clear()
        self._then.clear()
