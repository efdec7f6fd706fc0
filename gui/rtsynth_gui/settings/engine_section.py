"""What an engine is started with, and starting it again with something else."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.settings.choice import Choice
from rtsynth_gui.settings.engine import (
    AUTO,
    DEVICES,
    DEVICES_REPLY,
    FORGET,
    KEEP,
    MOVES,
    NO,
    NULL,
    OPTIONS,
    OPTIONS_REPLY,
    RESTART,
    Devices,
    Offered,
    parse_devices,
    parse_offered,
)
from rtsynth_gui.settings.line import Line
from rtsynth_gui.settings.listening import ALLOWED, DIGITS, PLACE, asked, problem, shown
from rtsynth_gui.settings.options import ROWS, TYPED, called, labels, tidy, values
from rtsynth_gui.settings.wording import in_the_window
from rtsynth_gui.widgets.plain import PlainLabel


class EngineSection(QWidget):
    """`began()`: another start is asked for. `said(text, failure)`: what became of it.
    `learned(Offered)`: of its start."""

    began = Signal()
    said = Signal(str, bool)
    learned = Signal(object)

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.offered = Offered()
        self.devices = Devices()
        self._answering = False
        self._silent = False  # it does not know the question
        self._before: dict[str, str] = {}  # its options, while it does not answer
        self._coming: dict[str, str] = {}  # those asked for, until it says what it has
        self._forgets = False  # what is chosen are the defaults, or began with them
        self.supervised = False  # the engine that answers, or answered last
        self._chosen: dict[str, str] = {}  # by the performer, and not asked for yet
        self._refusal = ""  # said already
        self.choices: dict[str, Choice | Line] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._lay_out())
        self.about = PlainLabel("", self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.restart = QPushButton(self.tr("Restart the engine"), self)
        self.restart.setToolTip(
            self.tr("Silent for a few seconds; slots, mappings and modulation are kept")
        )
        self.restart.clicked.connect(self._restart)
        self.look = QPushButton(self.tr("Rescan"), self)
        self.look.setToolTip(self.tr("Lists the devices and MIDI inputs connected now"))
        self.look.clicked.connect(lambda: self._link.send(DEVICES))
        self.problems = PlainLabel("", self)
        self.problems.setObjectName("dim")
        self.problems.setWordWrap(True)
        self.forget = QPushButton(self.tr("Defaults"), self)
        self.forget.setToolTip(
            self.tr(
                "Fills in the settings without those kept on this computer; restart the engine to "
                "use them and to forget the others"
            )
        )
        self.forget.clicked.connect(self._show_defaults)
        self.kept = PlainLabel(
            self.tr("These settings are kept on this computer for the next start."),
            self,
        )
        self.kept.setObjectName("dim")
        self.kept.setWordWrap(True)
        others = QHBoxLayout()
        others.setSpacing(8)
        for button in (self.look, self.forget):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            others.addWidget(button)
        layout.addWidget(self.restart)
        layout.addLayout(others)
        for each in (self.about, self.kept, self.problems):
            layout.addWidget(each)
        self._show()

    def _lay_out(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for column in range(2):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 1)
        called_so = labels()
        for row, names in enumerate(ROWS):
            for column, name in enumerate(names):
                label, _unit, tip = called_so[name]
                choice: Choice | Line
                if name in TYPED:
                    choice = Line(label, tip, self, DIGITS.get(name, ""))
                    if name == ALLOWED:
                        choice.field.setPlaceholderText(self.tr("this machine"))
                else:
                    choice = Choice(label, tip, self)
                choice.chosen.connect(lambda key, name=name: self._choose(name, key))
                self.choices[name] = choice
                grid.addWidget(choice, row, column, 1, 2 if len(names) == 1 else 1)
        return grid

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
        if answering:
            self._link.expect(False)
        else:
            if not self._link.restarting:
                self._before = self.offered.options
            self.offered, self._silent = Offered(), False
        self._show()

    def give_up(self) -> None:
        """It should have been back by now."""
        if self._link.restarting and not self._answering:
            self._coming = {}
            self._link.expect(False)
            self._show()

    def take(self, batch: Batch) -> None:
        """One frame: show what arrived."""
        for address in batch.reasons.keys() & {RESTART, FORGET}:
            self._link.expect(False)
            self._coming = {}
            self.said.emit(in_the_window(batch.reasons[address]), True)
            self._show()
        if OPTIONS in batch.unknown and not self._silent:
            self._silent = True
            self._show()
        for message in batch.answers:
            if message.address == OPTIONS_REPLY and message.arguments:
                self.offered, self._coming = parse_offered(str(message.arguments[0])), {}
                self.supervised = self.offered.possible
                self._silent = True  # it says no more than that
                self._say_refusal()
                self._show()
                self.learned.emit(self.offered)
            elif message.address == DEVICES_REPLY and message.arguments:
                self.devices = parse_devices(str(message.arguments[0]))
                self._show()
            elif message.address == MOVES and len(message.arguments) == 2:
                self._link.expect_at(*map(str, message.arguments))

    def _say_refusal(self) -> None:
        """Once: the engine answers with it for as long as it lives."""
        reason = self.offered.refused
        if reason and reason != self._refusal:
            text = self.tr("The engine kept its previous settings: {reason}")
            self.said.emit(text.format(reason=in_the_window(reason)), True)
        self._refusal = reason

    def _choose(self, name: str, key: str) -> None:
        self._chosen[name] = key
        self._compare()

    def _reason(self) -> str:
        if not self._answering and self._link.restarting:
            return self.tr("The engine is restarting…")
        if not self._answering:
            return self.tr("No engine answers.")
        if not self._link.is_local:
            return self.tr("The engine is on another machine; restart it there.")
        if not self.offered.options and not self._silent:
            return self.tr("Asking the engine for its settings…")
        if not self.offered.options:
            return self.tr("This engine does not report its settings.")
        if not self.offered.possible:
            return self.tr(
                "This engine was started by rtsynth serve, which cannot restart "
                "it. Stop it and use rtsynth play instead."
            )
        return ""

    def _stands(self) -> dict[str, str]:
        """What each of them is at, as it is shown."""
        options = self._coming or self.offered.options
        if not options and not (self._answering and self._silent):
            options = self._before
        return _shown(options)

    def _defaults(self) -> dict[str, str]:
        """What each of them goes back to, as it is shown."""
        options = dict.fromkeys(self.offered.options, AUTO) | self.offered.defaults
        return _shown(options | {PLACE: self.offered.options.get(PLACE, "")})

    def _show(self) -> None:
        reason = self._reason()
        found = {"device": self.devices.audio, "midi": self.devices.midi}
        at = self._stands()
        for name, choice in self.choices.items():
            stands = at.get(name, AUTO)
            chosen = self._chosen.get(name, stands)
            if isinstance(choice, Line):
                choice.show_text(chosen)
            else:
                default = (chosen,) if self._forgets else ()
                offered = dict.fromkeys(
                    (AUTO, *found.get(name, ()), *values()[name], stands, *default)
                )
                key = chosen if chosen in offered else stands
                choice.show_options([(each, called(name, each)) for each in offered], key)
            choice.explain(reason)
        self.about.setText(reason)
        self.about.setVisible(bool(reason))
        self.kept.setVisible(not reason)
        self.look.setEnabled(self._answering and self._link.is_local)
        self.problems.setText("\n".join(map(in_the_window, self.devices.problems)))
        self.problems.setVisible(bool(self.devices.problems))
        self._compare()

    def _changed(self) -> dict[str, str]:
        """What is to be asked for; what was given up once more, as it is."""
        stands, again = self._stands(), self.offered.given_up
        changed = {
            name: choice.key
            for name, choice in self.choices.items()
            if (choice.key or name in TYPED) and choice.key != stands.get(name, AUTO)
        }
        tried = {name: stands[name] for name in again if name in stands and name not in changed}
        return asked(changed, self.offered.options) | tried

    def _compare(self) -> None:
        possible = not self._reason()
        lines = {n: each for n, each in self.choices.items() if isinstance(each, Line)}
        for name, line in lines.items():
            line.show_wrong(problem(name, line.key) if possible else "")
        wrong = any(line.wrong for line in lines.values())
        self.restart.setEnabled(possible and not wrong and bool(self._changed()))
        self.forget.setEnabled(possible)

    def _restart(self) -> None:
        changed, defaults = self._changed(), self._defaults()
        coming = self.offered.options | changed
        if self._forgets and all(c.key == defaults.get(n, AUTO) for n, c in self.choices.items()):
            self._begin(FORGET)
        else:
            self._begin(RESTART, *(word for pair in changed.items() for word in pair))
        self._coming = coming
        self._show()

    def play_on_null(self) -> None:
        """Start again without a device, for this time."""
        coming = self.offered.options | {"device": NULL}
        self._begin(RESTART, "device", NULL, KEEP, NO)
        self._coming = coming
        self._show()

    def _show_defaults(self) -> None:
        """As if they had been chosen one by one; nothing is asked for."""
        self._forgets = True
        self._chosen = self._defaults()
        self._show()

    def _begin(self, *message: str) -> None:
        """What was chosen is asked for, and its refusal is to be said, also the same again."""
        self.said.emit(self.tr("Restarting the engine…"), False)
        self._link.expect(True)
        self._before = self.offered.options
        self._chosen.clear()
        self._forgets = False
        self._refusal = ""
        self._link.send(*message)
        self.began.emit()


def _shown(options: dict[str, str]) -> dict[str, str]:
    return {name: tidy(text) for name, text in (options | shown(options)).items()}
