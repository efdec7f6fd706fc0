"""The page of MIDI mappings: the list, the form of the one that is marked, and what can be done."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth.host.presets.hidden_values import is_hidden
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step, new_gesture
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Description, Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.mapping.catalogue import MAPPINGS, NOTHING, Catalogue
from rtsynth_gui.mapping.entry import LEARNED, Entry
from rtsynth_gui.mapping.form import MappingForm
from rtsynth_gui.mapping.listing import Listing, place_of
from rtsynth_gui.panels.control_choice import every_group
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

# What stands for the mapping of a control among the addresses of a step; the engine has no such.
KEY = "midi:"
REFUSED = ("midi assign", "midi forget")  # how failures begin


class MappingPage(QWidget):
    """Installs itself at the desk: what is changed here can be undone, and a control's menu opens
    it. `shown()`: it was asked for."""

    shown = Signal()

    def __init__(self, link: EngineLink, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link, self._desk = link, desk
        self._controls: dict[str, Control] = {}
        self._lineup: tuple[tuple[int, str], ...] = ()
        self._catalogue = Catalogue()
        self._no_midi = ""  # as it is shown
        self._in_front: list[str] = []  # the controls of that slot
        self._sought = ""  # the control whose mapping is to be marked when it is listed
        self._learning: dict[str, float] = {}  # asked for here: what was learned before
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search mappings"))
        self.search.textChanged.connect(lambda _: self._list())
        self.list = Listing(self)
        self.list.turned.connect(lambda _: self._show())
        self.list.deleted.connect(self.delete)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.menu: QMenu | None = None  # the one shown last
        self.about = PlainLabel("", self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.form = MappingForm(self)
        self.form.changed.connect(self._changed)
        self.form.retargeted.connect(self._retarget)
        area = QScrollArea(self)
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.learn_button = QPushButton(self.tr("Learn again"), self)
        self.learn_button.clicked.connect(self._learn)
        self.add_button = QPushButton(self.tr("Add"), self)
        self.add_button.setToolTip(self.tr("Maps a free CC to a control; change both in the form"))
        self.add_button.clicked.connect(self._add_mapping)
        self.delete_button = QPushButton(self.tr("Delete"), self)
        self.delete_button.clicked.connect(lambda: self.delete())
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.learn_button, 2)
        buttons.addWidget(self.add_button, 1)
        buttons.addWidget(self.delete_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.about)
        layout.addWidget(area)
        layout.addLayout(buttons)
        desk.add(self)
        desk.wanted.connect(self._wanted)
        link.answering_changed.connect(self._answering_changed)
        self._list()

    # --- from the engine -------------------------------------------------------------------------

    def rebuild(self, description: Description) -> None:
        """Another structure: other controls, other mappings by default."""
        controls = [c for slot in description.slots for c in slot.every_control]
        self._controls = {c.address: c for c in (*controls, *description.master)}
        self._show_lineup(description)
        self.ask()

    def _show_lineup(self, description: Description) -> None:
        """Slots have other names, or another order."""
        self._lineup = description.lineup
        self.form.target.show_groups(every_group(description))
        if self.form.entry is not None:
            self.form.target.show_choice(self.form.entry.address)

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front."""
        controls = () if slot is None else slot.knobs + slot.controls
        own = sorted(
            controls, key=lambda control: is_hidden(control.name, (control.stem,))
        )  # layers last
        self._in_front = [control.address for control in own]

    def ask(self) -> None:
        """Ask for what is mapped."""
        if self._catalogue.ask():
            self._link.send(MAPPINGS)

    def _answering_changed(self, answering: bool) -> None:
        self.setEnabled(answering)
        self._catalogue.expect_nothing()

    def take(self, batch: Batch) -> None:
        """One frame."""
        if batch.description is not None and batch.description.lineup != self._lineup:
            self._show_lineup(batch.description)
        if MAPPINGS in batch.unknown:
            self._say(self.tr("This engine does not list its mappings; it is a different version."))
            self.setEnabled(False)
            self._catalogue.expect_nothing()
        if any(failure.startswith(REFUSED) for failure in batch.failures):
            self.ask()  # the list shows what was not to be
        new, again = self._catalogue.take(batch.answers)
        if new:
            self.setEnabled(True)
            self._list()
            if self._catalogue.whole:
                self._note_learned()
        for address, arguments, _ in batch.answers:
            if address == "/midi/learning":  # "" for none: nothing came of it
                kept = self._learning.items()
                self._learning = {own: it for own, it in kept if (own,) == arguments[:1]}
        if again:
            self._link.send(MAPPINGS)
        if self._desk.no_midi != self._no_midi:
            self._show()
        text = self.tr("Learn again")
        current = self.list.current
        if current is not None and self._desk.bindings.learning == current.address:
            text = self.tr("Cancel")
        if text != self.learn_button.text():
            self.learn_button.setText(text)

    def _list(self) -> None:
        words = self.search.text().casefold().split()

        def matches(entry: Entry) -> bool:
            place = place_of(entry.address, self._controls)
            text = f"{entry.source} {entry.port} {place} {entry.address}".casefold()
            return all(word in text for word in words)

        self.list.show_entries(filter(matches, self._catalogue.entries), self._controls)
        if self._sought and self.list.mark(self._sought):
            self._sought = ""
        self._show()

    def _show(self) -> None:
        entry = self.list.current
        control = None if entry is None else self._controls.get(entry.address)
        self.form.show_entry(entry, control)
        no_midi = self._no_midi = self._desk.no_midi
        learns = entry is not None and (control is not None or entry.is_action)
        self.learn_button.setEnabled(learns and not no_midi)
        again = self.tr("The next MIDI control you move replaces it")
        self.learn_button.setToolTip(plain_tip(no_midi or again))
        own = entry is not None and entry.origin == LEARNED
        self.delete_button.setEnabled(own)
        self.delete_button.setToolTip(
            self.tr("Removes the learned mapping")
            if own or entry is None
            else self.tr("Only learned mappings can be deleted")
        )
        if not self._catalogue.entries:
            self._say(self.tr("Nothing is mapped. Right-click a control: Learn MIDI."))
        elif not self.list.entries:
            self._say(self.tr("No mapping matches “{}”.").format(self.search.text().strip()))
        elif entry is None:
            self._say(self.tr("Choose a mapping to change it."))
        elif not own:
            self._say(
                self.tr(
                    "A change is kept as a learned mapping, which takes precedence over this one."
                )
            )
        elif entry.every_slot:
            self._say(self.tr("Applies to every slot; a change here applies to this slot only."))
        else:
            self._say(place_of(entry.address, self._controls))

    def _say(self, text: str) -> None:
        self.about.setText(text)

    # --- from the performer ----------------------------------------------------------------------

    def _wanted(self, deed: str, address: str) -> None:
        """Something was chosen in the menu of a control."""
        match deed:
            case "mapping":
                self.search.clear()
                if not self.list.mark(address, LEARNED) and not self.list.mark(address):
                    self._sought = address
                    self._say(self.tr("Not mapped yet. Move a MIDI control to map it."))
                    if self._no_midi:
                        self._say(self._no_midi)
                    elif self._desk.bindings.learning != address:
                        self._desk.learn(address, place_of(address, self._controls))
                self.shown.emit()
            case "learn":
                self._learning[address] = self._catalogue.number(self._catalogue.learned(address))
            case "forget":
                learned = self._catalogue.learned(address)
                if learned is not None:
                    self.delete(learned)
                else:  # as far as it is known here
                    self._link.send("/midi/forget", address)

    def _learn(self) -> None:
        entry = self.list.current
        if entry is None:
            return
        if self._desk.bindings.learning == entry.address:
            self._desk.cancel_learning()
            return
        self._sought = entry.address
        place = place_of(entry.address, self._controls)
        self._desk.learn(entry.address, place, *entry.learn_settings)

    def _add_mapping(self) -> None:
        """One of a control that has none: of the slot in front, if there is such."""
        entry = self._catalogue.free((*self._in_front, *self._controls))
        if entry is not None:
            self.search.clear()
            self._sought = entry.address
            self._add(entry.address, NOTHING, self._catalogue.number(entry))
            self._assign(entry.address, entry)

    def _note_learned(self) -> None:
        """What was learned because it was asked for here can be undone here."""
        for address, before in list(self._learning.items()):
            now = self._catalogue.number(self._catalogue.learned(address))
            if now != before:
                self._add(address, before, now)
                del self._learning[address]

    def _changed(self, entry: Entry) -> None:
        """The form wants a mapping to be like that; what was not learned will be."""
        wanted = replace(entry.sent, origin=LEARNED, every_slot=False, file="")
        before = self._catalogue.number(self._catalogue.learned(entry.address))
        self._sought = entry.address
        self._add(entry.address, before, self._catalogue.number(wanted))
        self._assign(entry.address, wanted)

    def _retarget(self, address: str) -> None:
        """The mapping that is marked moves another control; a range is that of its control."""
        entry = self.list.current
        if entry is None:
            return
        plain = entry.having(minimum=None, maximum=None)
        wanted = replace(plain.sent, address=address, origin=LEARNED, every_slot=False, file="")
        before = {KEY + address: self._catalogue.number(self._catalogue.learned(address))}
        after = {KEY + address: self._catalogue.number(wanted)}
        if entry.origin == LEARNED:
            before[KEY + entry.address] = self._catalogue.number(entry)
            after[KEY + entry.address] = NOTHING
        title = self.tr("change mapping of {}").format(place_of(address, self._controls))
        self._desk.edited(Step(title, before, after, new_gesture()))
        if entry.origin == LEARNED:
            self._assign(entry.address, None)
        self._sought = address
        self._assign(address, wanted)

    def delete(self, entry: Entry | None = None) -> None:
        """Forget what was learned for a control."""
        entry = entry or self.list.current
        if entry is not None and entry.origin == LEARNED:
            self._add(entry.address, self._catalogue.number(entry), NOTHING)
            self._assign(entry.address, None)
            place = place_of(entry.address, self._controls)
            self._desk.said.emit(self.tr("The mapping of {} was deleted").format(place))

    def _assign(self, address: str, entry: Entry | None) -> None:
        if entry is None:
            self._link.send("/midi/forget", address)
        else:
            self._link.send("/midi/assign", address, *entry.arguments)
        self._catalogue.put(address, entry)
        self._list()

    # --- undo ------------------------------------------------------------------------------------

    def _add(self, address: str, before: float, after: float) -> None:
        title = self.tr("change mapping of {}").format(place_of(address, self._controls))
        key = KEY + address
        self._desk.edited(Step(title, {key: before}, {key: after}, new_gesture()))

    def current(self, address: str) -> float | None:
        """The mapping of a control, by what stands for it; for the rest the desk asks others."""
        if not address.startswith(KEY):
            return None
        return self._catalogue.number(self._catalogue.learned(address.removeprefix(KEY)))

    def put(self, address: str, value: float) -> None:
        """Undo and redo: let the engine have a mapping, or none."""
        if address.startswith(KEY):
            own = address.removeprefix(KEY)
            entry = self._catalogue.of(value)
            self._sought = own
            self._assign(own, entry)

    def wait_for_midi(self, address: str) -> None:
        """The button says so, once a frame."""

    # --- the menu --------------------------------------------------------------------------------

    def _open_menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        if item is None or self.list.current is None:
            return
        self.list.setCurrentItem(item)
        menu = QMenu(self)
        for button in (self.learn_button, self.delete_button):
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(lambda _=False, button=button: button.click())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu = menu
        menu.popup(self.list.viewport().mapToGlobal(at))
