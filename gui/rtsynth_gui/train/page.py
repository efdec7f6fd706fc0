"""The page of training: recordings above, the run below; or how to install the trainer."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from rtsynth_gui.link.folders import RUNS, folder_memory
from rtsynth_gui.link.window_folder import Choices
from rtsynth_gui.train.commands import INSTALL, trainer_missing
from rtsynth_gui.train.question import nicer
from rtsynth_gui.train.run_box import RunBox
from rtsynth_gui.train.runs import runs_folder
from rtsynth_gui.train.source_box import SourceBox
from rtsynth_gui.train.trainer import Trainer
from rtsynth_gui.widgets.plain import PlainLabel


class Memory(Choices, Protocol):
    """Where it is remembered whether a training goes on without the window."""

    @property
    def keeps_training(self) -> bool: ...

    def keep_training(self, on: bool) -> None: ...


class TrainPage(QWidget):
    """`said(text, failure)`: a line for the performer. `load_wanted(file, add)`: a network that was
    trained, for a slot of its own or the one in front. `follow_wanted(run)`: the one in front is to
    follow it. `wanted()`: the page is to be seen, as
    recordings were dropped."""

    said = Signal(str, bool)
    wanted = Signal()
    load_wanted = Signal(str, bool)
    follow_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None, kept: Memory | None = None) -> None:
        super().__init__(parent)
        folder_memory(self.window()).usual[RUNS] = runs_folder
        self.trainer = Trainer(self)
        self.trainer.said.connect(self.said)
        self.source = SourceBox(self, kept)
        self.trainer.changed.connect(lambda: self.source.allow(self.trainer.launching is None))
        self.run = RunBox(self.trainer, self)
        if kept is not None:
            self.run.stay.setChecked(kept.keeps_training)
            self.run.stay.toggled.connect(kept.keep_training)
        self.missing = PlainLabel(
            self.tr(
                "Training needs an extra package that is not installed:\n\n{}\n\n(in "
                "a checkout: make trainer). Then reopen the window."
            ).format(INSTALL),
            self,
        )
        self.missing.setWordWrap(True)
        self.missing.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.elsewhere = PlainLabel(
            self.tr(
                "The engine is on another machine and cannot load networks "
                "trained on this one. Copy the plugin to its plugin folder."
            ),
            self,
        )
        self.elsewhere.setObjectName("dim")
        self.elsewhere.setWordWrap(True)
        self.elsewhere.hide()
        line = QFrame(self)
        line.setObjectName("rule")
        line.setFixedHeight(1)
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 6, 0)
        inner.setSpacing(10)
        for widget in (self.missing, self.source, line, self.run, self.elsewhere):
            inner.addWidget(widget)
        inner.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self._line = line
        self.source.start_wanted.connect(self.trainer.start)
        self.source.said.connect(self.said)
        self.run.said.connect(self.said)
        self.run.resume_wanted.connect(self._resume)
        self.run.load_wanted.connect(self.load_wanted)
        self.run.follow_wanted.connect(self.follow_wanted)
        nicer()  # looked for once, before the window is there
        self.show_missing(trainer_missing())

    def show_missing(self, missing: bool) -> None:
        """Whether the trainer is not installed; its runs can be looked at all the same."""
        self.missing.setVisible(missing)
        self.source.setVisible(not missing)
        self._line.setVisible(not missing)

    def allow(self, local: bool) -> None:
        """Whether the engine is on this machine."""
        self.run.allow(local)
        self.elsewhere.setVisible(not local)

    def take_in(self, recordings: Path) -> None:
        """A recording, or a folder of them, was dropped: look into it."""
        self.wanted.emit()
        self.source.look_at(recordings)

    def _resume(self) -> None:
        self.trainer.resume(self.source.minutes)

    def close_down(self, *, reopens: bool = False) -> None:
        """The window closes: the training goes on, or is stopped; it goes on where it `reopens`."""
        for question in (self.source.survey, self.source.cleaning, self.run.player):
            question.cancel()
        if not (reopens or self.run.stay.isChecked()):
            self.trainer.stop_all()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.run.list_runs()
        self.source.list_starts()
