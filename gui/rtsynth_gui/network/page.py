"""The page of the network: what the slot in front is doing, thirty times a second."""

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.network import NetworkState, Structure, parse_structure
from rtsynth_gui.network.tier_view import TierView
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

KIND = "network"
ASK_AGAIN_S, RENEW_S = 1.0, 4.0  # until the structure is known; and afterwards, for the voices


class NetworkPage(QWidget):
    """Asks the engine for pictures of its networks while it is visible, and only then."""

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._slot: Slot | None = None
        self._structure: Structure | None = None
        self._asked_s = float("-inf")
        self._wanted = ""  # the kind of messages that the engine sends for us
        self.tiers: list[TierView] = []
        self._handed: list[list[int]] = []  # of each tier: the places of its values
        self._waiting: list[NetworkState] = []  # not shown yet
        self.about = PlainLabel("", self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.voice = ChoiceBox(self)
        self.voice.setAccessibleName(self.tr("Voice that is shown"))
        tip = self.tr("The voice of the slot that is shown")
        self.voice.setToolTip(plain_tip(tip))
        self.voice.activated.connect(self._choose)
        self._voices = QWidget(self)
        line = QHBoxLayout(self._voices)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(PlainLabel(self.tr("Voice"), self._voices))
        line.addWidget(self.voice, 1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.about)
        layout.addWidget(self._voices)
        layout.addWidget(self._area, 1)
        self._forget()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want_pictures(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._want_pictures(False)

    def _want_pictures(self, visible: bool) -> None:
        """Of the slot in front, and of no other."""
        wanted = f"{KIND}/{self._slot.number}" if self._slot is not None and visible else ""
        before, self._wanted = self._wanted, wanted
        for kind in filter(None, (before, wanted)):
            self._link.want(kind, kind == wanted)

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front, or another plugin is in it."""
        if slot != self._slot:
            self._slot = slot
            self._want_pictures(self.isVisible())
            self._forget()

    def _forget(self) -> None:
        self._structure = None
        self._asked_s = float("-inf")
        self._voices.hide()
        self.tiers, self._handed, self._waiting = [], [], []
        self._area.setWidget(QWidget())
        text = self.tr("No plugin is loaded.") if self._slot is None else ""
        self.about.setText(text)
        self.about.setVisible(bool(text))

    def take(self, batch: Batch, *, draw: bool = True) -> None:
        """One frame: keep what arrived, and show it, if that is to be drawn now."""
        slot = self._slot
        if slot is None or not self.isVisible():
            return
        address = slot_address(slot.number, "network")
        for answer in batch.answers:
            match answer.address, answer.arguments:
                case found, [str(text), *_] if found == address:
                    self._take_structure(slot, text)
        if f"{address}/get" in batch.unknown:
            self._asked_s = float("inf")
            self._say(
                self.tr("This engine does not report its networks; it is a different version.")
            )
        states = batch.networks.get(slot.number, [])
        structure = self._structure
        fitting = [] if structure is None else [state for state in states if structure.fits(state)]
        self._waiting += fitting
        if draw and self._waiting:
            self._show(self._waiting)
            self._waiting = []
        now_s = time.monotonic()
        wait_s = RENEW_S if structure is not None and len(fitting) == len(states) else ASK_AGAIN_S
        if self._link.answering and now_s - self._asked_s > wait_s:
            self._asked_s = now_s
            self._link.send(f"{address}/get")

    def _take_structure(self, slot: Slot, text: str) -> None:
        try:
            structure = parse_structure(text)
        except ValueError as error:
            self._say(str(error))
            return
        before, self._structure = self._structure, structure
        if before is None or not structure.looks_like(before):
            self._build(slot, structure)
        if structure != before:
            self._offer_voices(structure)

    def _build(self, slot: Slot, structure: Structure) -> None:
        self.about.hide()
        made = {p.name: p for p in slot.parameters if p.generation is not None}
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.tiers, self._handed, self._waiting = [], [], []
        for draw in structure.draws:
            own = [
                (place, made[name])
                for place, name in enumerate(structure.values)
                if name in made and tier_of(made[name]) == draw.tier
            ]
            layers = [layer for layer in structure.layers if layer.tier == draw.tier]
            view = TierView(draw, layers, [control for _, control in own], shown)
            column.addWidget(view, len(view.maps))
            self.tiers.append(view)
            self._handed.append([place for place, _ in own])
        column.addStretch(1)
        self._area.setWidget(shown)

    def _offer_voices(self, structure: Structure) -> None:
        self._voices.setVisible(structure.voices > 1)
        self.voice.clear()
        self.voice.addItem(self.tr("first sounding"), 0)
        for number in range(1, structure.voices + 1):
            self.voice.addItem(str(number), number)
        self.voice.setCurrentIndex(min(max(structure.voice, 0), structure.voices))

    def _choose(self) -> None:
        if self._slot is not None:
            address = slot_address(self._slot.number, "network/voice")
            self._link.send(address, int(self.voice.currentData()))

    def _show(self, states: list[NetworkState]) -> None:
        at = 0
        for number, (view, places) in enumerate(zip(self.tiers, self._handed, strict=True)):
            view.show_states(states[-1].hidden[at : at + view.count])
            at += view.count
            for state in states:  # a slow window misses none of them
                view.push(float(state.bits[number]), state.values[places].tolist())

    def _say(self, text: str) -> None:
        self.about.setText(text)
        self.about.show()


def tier_of(control: Control) -> str:
    """The tier that generates a parameter; "" for none."""
    return control.generation.tier if control.generation is not None else ""
