"""What an engine is started with, and starting it again with something else."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.settings.choice import Choice
from rtsynth_gui.settings.engine import (
    AUTO,
    DEVICES,
    DEVICES_REPLY,
    NULL,
    OPTIONS,
    OPTIONS_REPLY,
    RESTART,
    Devices,
    Offered,
    parse_devices,
    parse_offered,
)
from rtsynth_gui.widgets.plain import PlainLabel

translate = QCoreApplication.translate

RATES = ("44100", "48000", "88200", "96000")
BLOCKS = ("32", "64", "128", "256", "512", "1024", "2048")
AHEADS = ("0", "50", "100", "200", "400")
MIDI = ("none", "virtual")
PRECISIONS = ("float32", "int8", "int4")


def labels() -> dict[str, tuple[str, str, str]]:
    """name of an option: (how it is called, unit of its values, what it does)."""
    return {
        "device": (
            translate("EngineSection", "Audio device"),
            "",
            translate("EngineSection", "What the engine plays to"),
        ),
        "rate": (
            translate("EngineSection", "Sample rate"),
            translate("EngineSection", "Hz"),
            translate("EngineSection", "Of the device; plugins are resampled to it"),
        ),
        "block": (
            translate("EngineSection", "Block"),
            translate("EngineSection", "frames"),
            translate("EngineSection", "Frames in each callback: smaller blocks react faster"),
        ),
        "precision": (
            translate("EngineSection", "Precision"),
            "",
            translate("EngineSection", "Of the weights; fewer bits use less CPU"),
        ),
        "ahead": (
            translate("EngineSection", "Ahead"),
            translate("EngineSection", "ms"),
            translate("EngineSection", "Sound computed in advance, against dropouts"),
        ),
        "midi": (
            translate("EngineSection", "MIDI input"),
            "",
            translate("EngineSection", "Which MIDI inputs are used"),
        ),
    }


def values() -> dict[str, tuple[str, ...]]:
    """name of an option: what is offered, beside what it stands at."""
    return {
        "device": (NULL,),
        "rate": RATES,
        "block": BLOCKS,
        "precision": PRECISIONS,
        "ahead": AHEADS,
        "midi": MIDI,
    }


def called(name: str, value: str) -> str:
    """How a value of an option is called, where it is not as it is."""
    words = {
        ("device", NULL): translate("EngineSection", "No device (silent)"),
        ("precision", "float32"): translate("EngineSection", "float32 (exact)"),
        ("precision", "int8"): translate("EngineSection", "int8 (faster)"),
        ("precision", "int4"): translate("EngineSection", "int4 (fastest)"),
        ("midi", AUTO): translate("EngineSection", "Every input"),
        ("midi", "none"): translate("EngineSection", "None"),
        ("midi", "virtual"): translate("EngineSection", "Virtual port"),
    }
    if value == AUTO:
        return words.get((name, AUTO), translate("EngineSection", "Chosen by the engine"))
    unit = labels()[name][1]
    return words.get((name, value), f"{value} {unit}".strip())


class EngineSection(QWidget):
    """`said(text, failure)`: what became of a start that was asked for. `learned(Offered)`: of its
    start."""

    said = Signal(str, bool)
    learned = Signal(object)

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.offered = Offered()
        self.devices = Devices()
        self._answering = False
        self._chosen: dict[str, str] = {}  # by the performer, and not asked for yet
        self._refusal = ""  # said already
        self.choices: dict[str, Choice] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for name, (label, _unit, tip) in labels().items():
            choice = Choice(label, tip, self)
            choice.chosen.connect(lambda key, name=name: self._choose(name, key))
            self.choices[name] = choice
            layout.addWidget(choice)
        self.about = PlainLabel("", self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.restart = QPushButton(self.tr("Restart the engine"), self)
        self.restart.setToolTip(
            self.tr("Silent for a few seconds; slots, mappings and modulation stay")
        )
        self.restart.clicked.connect(self._restart)
        self.look = QPushButton(self.tr("Look for devices again"), self)
        self.look.clicked.connect(lambda: self._link.send(DEVICES))
        self.problems = PlainLabel("", self)
        self.problems.setObjectName("dim")
        self.problems.setWordWrap(True)
        for each in (self.restart, self.about, self.look, self.problems):
            layout.addWidget(each)
        self._show()

    def ask(self) -> None:
        """Ask what the engine was started with; while this is shown, for its devices too.

        To list them takes the engine's machine seconds: not for a page that nobody looks at.
        """
        self._link.send(OPTIONS)
        if self._link.is_local and self.isVisible():
            self._link.send(DEVICES)

    def show_answering(self, answering: bool) -> None:
        """Grey out while nobody answers."""
        self._answering = answering
        if not answering:
            self.offered = Offered()
        self._show()

    def take(self, batch: Batch) -> None:
        """One frame: show what arrived."""
        for message in batch.answers:
            if message.address == OPTIONS_REPLY and message.arguments:
                self.offered = parse_offered(str(message.arguments[0]))
                self._say_refusal()
                self._show()
                self.learned.emit(self.offered)
            elif message.address == DEVICES_REPLY and message.arguments:
                self.devices = parse_devices(str(message.arguments[0]))
                self._show()

    def _say_refusal(self) -> None:
        """Once: the engine answers with it for as long as it lives."""
        reason = self.offered.refused
        if reason and reason != self._refusal:
            text = self.tr("The engine plays as before: {reason}")
            self.said.emit(text.format(reason=reason), True)
        self._refusal = reason

    def _choose(self, name: str, key: str) -> None:
        self._chosen[name] = key
        self._compare()

    def _reason(self) -> str:
        if not self._answering:
            return self.tr("No engine answers.")
        if not self._link.is_local:
            return self.tr("The engine is on another machine: restart it there.")
        if not self.offered.options:
            return self.tr("This engine does not say what it was started with.")
        if not self.offered.possible:
            return self.tr(
                "rtsynth serve started this engine, and nothing would start it again: end it, and "
                "start rtsynth play in its place."
            )
        return ""

    def _show(self) -> None:
        reason = self._reason()
        found = {"device": self.devices.audio, "midi": self.devices.midi}
        for name, choice in self.choices.items():
            stands = self.offered.options.get(name, AUTO)
            offered = dict.fromkeys((AUTO, *found.get(name, ()), *values()[name], stands))
            chosen = self._chosen.get(name, stands)
            at = chosen if chosen in offered else stands
            choice.show_options([(key, called(name, key)) for key in offered], at)
            choice.explain(reason)
        self.about.setText(reason)
        self.about.setVisible(bool(reason))
        self.look.setEnabled(self._answering and self._link.is_local)
        self.problems.setText("\n".join(self.devices.problems))
        self.problems.setVisible(bool(self.devices.problems))
        self._compare()

    def _changed(self) -> dict[str, str]:
        stands = self.offered.options
        return {
            name: choice.key
            for name, choice in self.choices.items()
            if choice.key and choice.key != stands.get(name, AUTO)
        }

    def _compare(self) -> None:
        self.restart.setEnabled(not self._reason() and bool(self._changed()))

    def _restart(self) -> None:
        changed = self._changed()
        words = [word for pair in changed.items() for word in pair]
        self.said.emit(self.tr("Starting the engine again …"), False)
        self._begin(*words)

    def play_on_null(self) -> None:
        """Start again without a device."""
        self._begin("device", NULL)

    def _begin(self, *words: str) -> None:
        """What was chosen is asked for, and its refusal is to be said, also the same again."""
        self._chosen.clear()
        self._refusal = ""
        self._link.send(RESTART, *words)
