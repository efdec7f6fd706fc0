"""The lower half of the page: a run's curves, its end, previews, and what can be done with it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.train.commands import PROGRAM, play_command
from rtsynth_gui.train.curves import Curves
from rtsynth_gui.train.question import Question
from rtsynth_gui.train.runs import list_runs
from rtsynth_gui.train.trainer import State, Trainer
from rtsynth_gui.train.wording import state_text
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

MOST_PREVIEWS = 50
STATE_LINES = 2


class RunBox(QWidget):
    """`load_wanted(file, add)`: the newest network, for a slot of its own or the one in front.
    `follow_wanted(run)`: the one in front is to follow it. `resume_wanted()`.
    `said(text, failure)`: a line for the performer."""

    load_wanted = Signal(str, bool)
    follow_wanted = Signal(str)
    resume_wanted = Signal()
    said = Signal(str, bool)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trainer = trainer
        self.local = True
        self.player = Question(self)
        self.player.answered.connect(self._played)
        self.runs = self._combo(self.tr("Runs, the newest first"))
        self.runs.activated.connect(lambda place: trainer.look_at(self.runs.itemData(place)))
        # Of one height, whatever it says: what is below stays where it is.
        self.state = ElidedLabel(self, STATE_LINES)
        self.state.setFixedHeight(STATE_LINES * self.state.fontMetrics().lineSpacing())
        self.state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.state.setAccessibleName(self.tr("Training status"))
        self.why = PlainLabel("", self)
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setAccessibleName(self.tr("What is wrong"))
        self.curves = Curves(self)
        self.curves.setFixedHeight(self.curves.sizeHint().height())
        self.previews = self._combo(self.tr("Previews, the newest first"))
        self.buttons: dict[str, QPushButton] = {}
        words = {
            "play": (self.tr("Play"), self.tr("Play the preview on the default sound output"),
                     self.play),
            "stop": (self.tr("Stop training"), self.tr("Stop; the plugin is written first"),
                     trainer.stop),
            "add": (self.tr("Add as slot"), self.tr("Load the newest network into a new slot"),
                    lambda: self._load(add=True)),
            "load": (self.tr("Load"), self.tr("Load the newest network into the selected slot"),
                     lambda: self._load(add=False)),
            "follow": (self.tr("Follow"),
                       self.tr("Let the selected slot play each new network of this run, "
                               "from where it is"),
                       self._follow),
        }  # fmt: skip
        grid = QGridLayout()
        grid.setSpacing(6)
        for name, (text, tip, action) in words.items():
            button = QPushButton(text, self)
            button.setToolTip(plain_tip(tip))
            button.setAccessibleDescription(tip)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self.buttons[name] = button
        grid.addWidget(self.previews, 0, 0)
        grid.addWidget(self.buttons["play"], 0, 1)
        grid.addWidget(self.buttons["add"], 1, 0)
        grid.addWidget(self.buttons["load"], 1, 1)
        grid.addWidget(self.buttons["follow"], 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.resume = QPushButton(self.tr("Resume"), self)
        self.resume.setToolTip(
            plain_tip(self.tr("Continue the training for the time chosen above"))
        )
        self.resume.clicked.connect(self.resume_wanted)
        self.stay = QCheckBox(self.tr("Keep training when closed"), self)
        self.stay.setChecked(True)
        self.stay.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.stay.setToolTip(
            self.tr(
                "Training continues when the window is closed; otherwise it "
                "stops then. It can be resumed either way"
            )
        )
        still = QWidget(self)  # what is below it, and of any height, squeezes nothing in it
        layout = QVBoxLayout(still)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        # What ends a training is above what may be below the edge of a small window.
        for widget in (self.runs, self.state, self.buttons["stop"], self.resume, self.curves):
            layout.addWidget(widget)
        layout.addLayout(grid)
        layout.addWidget(self.stay)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(still)
        whole.addWidget(self.why)
        whole.addStretch(1)
        trainer.changed.connect(self.refresh)
        self.refresh()

    def _combo(self, name: str) -> QComboBox:
        """As wide as there is room, whatever is in it."""
        combo = ChoiceBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        combo.setMinimumContentsLength(6)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return combo

    def list_runs(self) -> None:
        """List the runs there are; look at the newest, if none is looked at."""
        self.trainer.worker.do(list_runs, self._show_runs, key="list")

    def _show_runs(self, found: list[Path]) -> None:
        shown = self.trainer.run
        if shown is not None and shown not in found:
            found.insert(0, shown)
        self.runs.clear()
        for run in found:
            self.runs.addItem(run.name, run)
            self.runs.setItemData(self.runs.count() - 1, str(run), Qt.ItemDataRole.ToolTipRole)
        if shown is None and found:
            self.trainer.look_at(found[0])
        elif shown is not None:
            self.runs.setCurrentIndex(found.index(shown))
        self.refresh()

    def refresh(self) -> None:
        """Show what is new of the run."""
        trainer = self.trainer
        if trainer.run is not None and self.runs.currentData() != trainer.run:
            place = self.runs.findText(trainer.run.name)
            if place < 0:
                self.runs.insertItem(0, trainer.run.name, trainer.run)
                place = 0
            self.runs.setCurrentIndex(place)
        text = state_text(trainer)
        self.state.show_text(text)
        self.why.setText(text)
        self.why.setVisible(trainer.state is State.FAILED and self.state.is_cut)
        progress = trainer.progress
        self.curves.show_curves(progress.train, progress.held_out, progress.unit)
        self._list_previews()
        there = trainer.run is not None
        for widget in (self.runs, self.curves):
            widget.setVisible(there)
        self._allow()

    def _list_previews(self) -> None:
        wanted = list(reversed(self.trainer.progress.previews))[:MOST_PREVIEWS]
        run = self.trainer.run
        paths = [str(run / name) for _, name in wanted] if run is not None else []
        if paths != [self.previews.itemData(row) for row in range(self.previews.count())]:
            self.previews.clear()
            for path, (step, _) in zip(paths, wanted, strict=bool(paths)):
                self.previews.addItem(self.tr("step {}").format(step), path)
                last = self.previews.count() - 1
                self.previews.setItemData(last, plain_tip(path), Qt.ItemDataRole.ToolTipRole)
        self.previews.setEnabled(bool(paths))

    def _allow(self) -> None:
        trainer = self.trainer
        playing = self.player.waiting
        self.buttons["play"].setText(self.tr("Stop preview") if playing else self.tr("Play"))
        self.buttons["play"].setEnabled(playing or self.previews.currentData() is not None)
        alive = trainer.alive
        self.buttons["stop"].setVisible(alive or not trainer.resumable)
        self.buttons["stop"].setEnabled(alive and trainer.state is not State.STOPPING)
        self.resume.setVisible(trainer.resumable)
        self.resume.setEnabled(trainer.launching is None)
        for name in ("add", "load"):
            self.buttons[name].setEnabled(self.local and trainer.plugin is not None)
        self.buttons["follow"].setEnabled(self.local and trainer.report is not None)

    def allow(self, local: bool) -> None:
        """Whether the engine is on this machine, and can read what is trained here."""
        self.local = local
        self._allow()

    def play(self) -> None:
        """Play the marked preview; or silence, if one is being played."""
        path = self.previews.currentData()
        if self.player.waiting:
            self.player.cancel()
        elif path is not None:
            self.player.ask(PROGRAM, play_command(Path(path)))
        self._allow()

    def _played(self, text: str, failure: bool) -> None:
        if failure:
            self.said.emit(in_own_language(text), True)
        self._allow()

    def _load(self, *, add: bool) -> None:
        plugin = self.trainer.plugin
        if plugin is not None:
            self.load_wanted.emit(str(plugin), add)

    def _follow(self) -> None:
        if self.trainer.run is not None:
            self.follow_wanted.emit(str(self.trainer.run))
