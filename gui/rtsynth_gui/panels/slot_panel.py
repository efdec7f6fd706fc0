"""Everything that moves on one slot: parameters, sampling and output, and a keyboard."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.control_names import ENVELOPE_CONTROLS
from rtsynth_gui.edit.depths import source_title
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.played import Played
from rtsynth_gui.panels.card import Card, TierCard
from rtsynth_gui.panels.card_area import CardArea
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.panels.dial_cell import DialCell, tier_of
from rtsynth_gui.panels.dial_line import DialLine
from rtsynth_gui.panels.envelope_line import EnvelopeLine
from rtsynth_gui.panels.gate_line import GateLine
from rtsynth_gui.panels.generated_row import GeneratedBox, GeneratedRow
from rtsynth_gui.panels.hidden_line import HiddenLine
from rtsynth_gui.panels.lfo_line import LfoLine
from rtsynth_gui.panels.octaves import Octaves
from rtsynth_gui.panels.paged_card import PagedCard
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.keyboard import Keyboard

Values = dict[str, float]
MODULATED_S = 0.4  # of several reports
ENVELOPE, FOLLOW, MACROS, OUTPUT = "Envelope", "Follow", "Macros", "Output"
# The page that a built-in control is on: the first whose beginning its name has.
PAGES = {
    ENVELOPE: ENVELOPE_CONTROLS,
    "LFO 1": ("lfo1_",),
    "LFO 2": ("lfo2_",),
    FOLLOW: ("follow", "walk_"),
    MACROS: ("macro", "tempo"),
}
# What a page's knobs look like, where that is its own; and which sources are set there.
LINES: dict[str, type[DialLine]] = {ENVELOPE: EnvelopeLine, "LFO 1": LfoLine, "LFO 2": LfoLine}
SOURCES = {"LFO 1": ("lfo1",), "LFO 2": ("lfo2",), FOLLOW: ("follow", "walk"), MACROS: ("macro",)}


def page_of(name: str) -> str:
    """Where among the built-in controls one stands."""
    page = next((page for page, heads in PAGES.items() if name.startswith(heads)), OUTPUT)
    return tier_of(name) or page


class SlotPanel(QWidget):
    """Built from the engine's description of one slot: knobs, sampling, and what tiers make.

    `moved(address, value)`: the performer moved a control; `edited(Step)`: and how to undo it.
    `menu_wanted(view, point)`: a control's menu. `note_on(note, velocity)` and `note_off(note)`:
    the keyboard, or the gate, was played. `said(text)`: a line for the performer.
    """

    said = Signal(str)

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)
    note_on = Signal(int, float)
    note_off = Signal(int)

    def __init__(
        self, slot: Slot, values: Values, followed: Values, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.slot = slot
        self.rows: dict[str, ControlView] = {}
        self.tiers: list[TierCard] = []
        self.keyboard: Keyboard | None = None
        self.gate: GateLine | None = None
        self.hold: QPushButton | None = None
        self._refreshed: list[Callable[[float], None]] = []
        self._reports: dict[str, Callable[[float], None]] = {}
        self._puts: dict[str, Callable[[float], None]] = {}
        self._followers: dict[str, GeneratedRow] = {}
        self._modulated_s: dict[str, float] = {}  # when it was reported last
        tiers = [
            TierCard(slot, generation, made, values, followed)
            for generation, made in slot.generated.items()
        ]
        self._area = CardArea(
            self._knobs(slot.knobs, values) if slot.knobs else None,
            self._built_in(values),
            tiers,
            self,
        )
        self._add_tiers(tiers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._area, 1)
        if slot.pitch is not None:
            layout.addLayout(self._keyboard_line(slot.pitch))
            self._follow_pitch()
        elif slot.plugin:
            self.gate = GateLine(self)
            self.gate.note_on.connect(self.note_on)
            self.gate.note_off.connect(self.note_off)
            layout.addWidget(self.gate)

    @property
    def played(self) -> Keyboard | GateLine | None:
        """What notes are played by."""
        return self.keyboard or self.gate

    def show_lineup(self, slot: Slot) -> None:
        """The same plugin, maybe with another name; others may have one, too, which it follows."""
        self.slot = slot
        for control in slot.controls:
            if control.slot_names and (row := self.rows.get(control.address)) is not None:
                row.rename(control)

    def _shifted(self, done: bool) -> None:
        if not done:
            self.said.emit(self.tr("no further octave: the keys end here"))

    def _knobs(self, controls: tuple[Control, ...], values: Values) -> Card:
        """What the plugin is played by: a fader each."""
        card = Card(self.tr("Parameters"))
        for control in controls:
            row = ControlRow(control, values.get(control.address, control.default), card.grid, card)
            self._add(row)
            self._refreshed.append(row.refresh)
            card.print_small(row)
        return card

    def _built_in(self, values: Values) -> list[PagedCard]:
        """What every plugin has, a knob each: the envelope and modulators; sampling and output."""
        cells: dict[str, list[DialCell]] = {}
        tiers = [tier for each in self.slot.built_in if (tier := tier_of(each.name))]
        places = list(dict.fromkeys([*PAGES, *tiers]))
        order = [*places, OUTPUT]  # the one that Tab goes by
        for control in sorted(self.slot.built_in, key=lambda each: order.index(page_of(each.name))):
            cell = DialCell(control, values.get(control.address, control.default))
            cells.setdefault(page_of(control.name), []).append(cell)
            self._add(cell)
        output = cells.pop(OUTPUT, [])
        titles = {
            ENVELOPE: self.tr("Envelope"),
            FOLLOW: self.tr("Follow"),
            MACROS: self.tr("Macros"),
            **{tier: tier.capitalize() for tier in tiers},
        }
        lines = LINES | dict.fromkeys(tiers, HiddenLine)
        pages = [
            (titles.get(page, page), lines.get(page, DialLine)(cells[page]))
            for page in places
            if page in cells
        ]
        cards = [PagedCard(pages)] if pages else []
        if output:
            cards.append(PagedCard([(self.tr("Sampling and output"), DialLine(output))]))
        self._refreshed += [card.refresh for card in cards]
        self._modulators = cards[0] if pages else None
        return cards

    def show_modulations(self, moved: Mapping[str, Sequence[str]]) -> None:
        """What each source moves, by its name: said on the source's page."""
        if self._modulators is None:
            return
        titles = {control.name: control.title for control in self.slot.every_control}
        notes: dict[str, list[str]] = {}
        for source, names in moved.items():
            page = next(page for page, sources in SOURCES.items() if source.startswith(sources))
            found = ", ".join(titles.get(name, name) for name in names)
            notes.setdefault(page, []).append(
                self.tr("{} moves {}").format(source_title(source), found)
            )
        places = {FOLLOW: self.tr("Follow"), MACROS: self.tr("Macros")}
        texts = {places.get(page, page): " · ".join(lines) for page, lines in notes.items()}
        self._modulators.show_notes(texts)

    @property
    def saved(self) -> int:
        """How much less high it is than it would be with every card to itself, in pixels."""
        return self._area.saved

    def set_room(self, height: int) -> None:
        """How high it can be at most."""
        self._area.set_room(height - self.sizeHint().height() + self._area.sizeHint().height())

    def _add_tiers(self, tiers: list[TierCard]) -> None:
        self.tiers = tiers
        for box in self.boxes:
            self._add(box.row)
            address, take = box.row.control.address, box.row.control.take_address
            self._reports[take], self._puts[take] = box.row.report_take, box.row.put_take
            self._followers[address] = box.row
            for row in box.adjustments.values():
                self._add(row)
        self._refreshed += [tier.refresh for tier in tiers]

    def _add(self, view: ControlView) -> None:
        address = view.control.address
        self.rows[address] = view
        self._reports[address] = view.report
        self._puts[address] = view.put
        view.moved.connect(self.moved)
        view.edited.connect(self.edited)
        view.menu_wanted.connect(self.menu_wanted)

    def _keyboard_line(self, pitch: Control) -> QHBoxLayout:
        self.keyboard = Keyboard(pitch, self)
        self.keyboard.note_on.connect(self.note_on)
        self.keyboard.note_off.connect(self.note_off)
        self.keyboard.shifted.connect(self._shifted)
        hold = QPushButton(self)
        hold.setCheckable(True)
        hold.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        hold.setToolTip(
            self.tr(
                "On: a note sounds until the next one is played. Off: until its key is released"
            )
        )
        hold.toggled.connect(self.keyboard.set_hold)
        texts = {True: self.tr("Hold\non"), False: self.tr("Hold\noff")}
        hold.toggled.connect(lambda on: hold.setText(texts[on]))
        hold.setChecked(True)
        self.hold = hold
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(Octaves(self.keyboard, self))
        line.addWidget(self.keyboard, 1)
        line.addWidget(hold)
        return line

    def take_over(self, other: "SlotPanel") -> None:
        """Take the place of the panel of the same plugin: page, keyboard, Hold and what is
        unfolded are as there."""
        if self._modulators is not None and other._modulators is not None:
            self._modulators.show_page(other._modulators.page)
        if self.hold is not None and other.hold is not None:
            self.hold.setChecked(other.hold.isChecked())
        if self.keyboard is not None and other.keyboard is not None:
            self.keyboard.take_over(other.keyboard)
        if self.gate is not None and other.gate is not None:
            self.gate.take_over(other.gate)
        unfolded = {box.row.control.address for box in other.boxes if box.disclosure.isChecked()}
        for box in self.boxes:
            box.disclosure.setChecked(box.row.control.address in unfolded)

    @property
    def boxes(self) -> list[GeneratedBox]:
        """The generated parameters, of all tiers."""
        return [box for tier in self.tiers for box in tier.boxes]

    def report(self, address: str, value: float) -> None:
        """The engine says where a control is."""
        report = self._reports.get(address)
        if report is not None:
            report(value)

    def follow(self, address: str, value: float) -> None:
        """The engine reports what a tier generates."""
        row = self._followers.get(address)
        if row is not None:
            row.follow(value)

    def current(self, address: str) -> float | None:
        """What undo goes by: the value at an address; None for none, or one that a tier moves."""
        generated = next(
            (row for row in self._followers.values() if row.control.take_address == address), None
        )
        if generated is not None:
            return float(generated.taken)
        view = self.rows.get(address)
        if view is None or (isinstance(view, GeneratedRow) and not view.taken):
            return None
        return view.value

    def put(self, address: str, value: float) -> None:
        """Show a value that was sent to the engine."""
        put = self._puts.get(address)
        if put is not None:
            put(value)

    def wait_for_midi(self, address: str) -> None:
        """The control that waits for a MIDI control; "" for none."""
        for own, view in self.rows.items():
            if view.waiting or own == address:
                view.wait_for_midi(own == address)

    def modulate(self, address: str, value: float, now_s: float) -> None:
        """The engine reports where modulation moves a control now."""
        view = self.rows.get(address)
        if view is not None:
            self._modulated_s[address] = now_s
            view.modulate(value)

    def _end_modulation(self, now_s: float) -> None:
        """What the engine reports no more is not modulated any more."""
        for address, reported_s in list(self._modulated_s.items()):
            if now_s - reported_s > MODULATED_S:
                del self._modulated_s[address]
                self.rows[address].modulate(None)

    def play(self, played: Played) -> None:
        """The engine says that a note began or ended."""
        if self.keyboard is not None:
            if played.note is None:
                self.keyboard.silence(held=played.panic)
            else:
                self.keyboard.show_note(played.note, played.sounds)
        if self.gate is not None:
            if played.note is None:
                why = "panic" if played.panic else "note"
                self.gate.silence(sounds=played.sounds, why=why)
            else:
                self.gate.show_note(played.note, played.sounds)

    def show_sounds(self, sounds: bool) -> None:
        """The engine says whether the slot sounds, or waits for a note."""
        if self.gate is not None:
            self.gate.show_sounds(sounds)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for refresh in self._refreshed:
            refresh(now_s)
        self._end_modulation(now_s)
        self._follow_pitch()

    def _follow_pitch(self) -> None:
        if self.keyboard is not None and self.slot.pitch is not None:
            self.keyboard.show_pitch(self.rows[self.slot.pitch.address].shown_value)
