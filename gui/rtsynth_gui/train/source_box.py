"""The upper half of the page: which recordings, what is in them, which kind of sound, how long."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.audiofile import AUDIO_SUFFIXES
from rtsynth.common.plain_text import plain
from rtsynth_gui.link.folders import RECORDINGS
from rtsynth_gui.link.window_folder import Choices
from rtsynth_gui.link.worker import Worker
from rtsynth_gui.train.commands import PROGRAM, clean_command, survey_command
from rtsynth_gui.train.found import KINDS, NOTE, Found, read_found
from rtsynth_gui.train.question import Question
from rtsynth_gui.train.runs import new_copies
from rtsynth_gui.train.starts import FAMILIES, Starts, find_starts
from rtsynth_gui.train.wording import found_text, length_text, problem_text
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.file_dialog import FileDialog
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

MINUTES = (2, 5, 10, 30, 60, 180, 480)
USUAL_MINUTES = 10
TIME = "minutes of training"  # what is remembered
PROBLEMS_HEIGHT = 76
ABOUT_LINES, NOTE_LINES = 4, 2


class SourceBox(QWidget):
    """`start_wanted(source, kind, minutes, start)`: the last is a plugin's file, or empty.
    `said(text, failure)`: a line for the performer.
    """

    start_wanted = Signal(Path, str, float, str)
    said = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None, choices: Choices | None = None) -> None:
        super().__init__(parent)
        self.source: Path | None = None
        self.found: Found | None = None
        self._copies: Path | None = None  # that are being written
        self._free = True
        self.survey, self.cleaning = Question(self), Question(self)
        self.survey.answered.connect(self._surveyed)
        self.cleaning.answered.connect(self._cleaned)
        self.folder = self._button(
            self.tr("Folder…"), self.tr("Choose a folder of recordings (or drop one on the window)")
        )
        self.file = self._button(self.tr("File…"), self.tr("Choose one recording (or drop it)"))
        self.folder.clicked.connect(lambda: self._choose(folder=True))
        self.file.clicked.connect(lambda: self._choose(folder=False))
        self.about = self._lines(ABOUT_LINES)
        self.problems = QListWidget(self)
        self.problems.setAccessibleName(self.tr("Problems of the recordings"))
        self.problems.setWordWrap(True)
        self.problems.setFixedHeight(PROBLEMS_HEIGHT)
        self.problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clean = self._button(
            self.tr("Make clean copies"),
            self.tr(
                "Mono copies at 16 kHz, without DC offset or silence at the "
                "ends, at a usable level; the originals are not changed"
            ),
        )
        self.clean.clicked.connect(self._clean)
        self.kind = self._combo(self.tr("Kind of sound"))
        names = {
            "note": self.tr("Notes"), "texture": self.tr("Texture"),
            "voice": self.tr("Voice"), "loop": self.tr("Loop"),
        }  # fmt: skip
        tips = {
            "note": self.tr("Single notes: the parameters in the file names become knobs"),
            "texture": self.tr("Continuous sounds: rain, crowds, drones"),
            "voice": self.tr("Speech and song"),
            "loop": self.tr("Repeating sounds: beats, machines"),
        }
        for place, kind in enumerate(KINDS):
            self.kind.addItem(names[kind], kind)
            self.kind.setItemData(place, plain_tip(tips[kind]), Qt.ItemDataRole.ToolTipRole)
        self.kind.setToolTip(plain_tip("\n".join(f"{names[k]}: {tips[k]}" for k in KINDS)))
        self.kind.currentIndexChanged.connect(lambda _: self._allow())
        self.time = self._combo(self.tr("Training time"))
        self.time.setToolTip(self.tr("How long it takes; training can be resumed"))
        for minutes in MINUTES:
            self.time.addItem(length_text(minutes * 60), float(minutes))
        usual = str(USUAL_MINUTES) if choices is None else choices.chosen(TIME)
        offered = [str(minutes) for minutes in MINUTES]
        self.time.setCurrentIndex(
            offered.index(usual) if usual in offered else MINUTES.index(USUAL_MINUTES)
        )
        if choices is not None:
            self.time.currentIndexChanged.connect(lambda row: choices.choose(TIME, offered[row]))
        self.start = self._combo(self.tr("Start from"))
        self.start.setToolTip(
            self.tr(
                "A trained plugin of the same kind of network: what it can do already need not be "
                "learned again"
            )
        )
        self._starts = Starts()
        self._worker = Worker("starts", self)
        self._show_starts()
        self.kind.currentIndexChanged.connect(lambda _: self._show_starts())
        self.begin = self._button(
            self.tr("Start training"),
            self.tr("In a separate process; previews arrive as it trains"),
        )
        self.begin.clicked.connect(self._begin)
        self.note = self._lines(NOTE_LINES)
        self.note.setObjectName("dim")
        self._arrange()
        self._show()

    def _lines(self, count: int) -> PlainLabel:
        """A text that moves nothing below it unless it is longer than so many lines."""
        label = PlainLabel("", self)
        label.setWordWrap(True)
        label.setMinimumHeight(count * label.fontMetrics().lineSpacing())
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        return label

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleDescription(tip)
        return button

    def _combo(self, name: str) -> QComboBox:
        combo = ChoiceBox(self)
        combo.setAccessibleName(name)
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return combo

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.addWidget(self.folder, 0, 0)
        grid.addWidget(self.file, 0, 1)
        choices = QGridLayout()
        choices.setSpacing(6)
        choices.addWidget(self.kind, 0, 0)
        choices.addWidget(self.time, 0, 1)
        choices.addWidget(self.start, 1, 0, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(grid)
        layout.addWidget(self.about)
        layout.addLayout(choices)
        layout.addWidget(self.begin)
        layout.addWidget(self.note)
        layout.addWidget(self.clean)  # what comes and goes is below what stays
        layout.addWidget(self.problems)

    def _choose(self, *, folder: bool) -> None:
        dialog = FileDialog(self.window(), self.tr("Recordings to train on"), RECORDINGS)
        if folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            endings = " ".join(f"*{suffix}" for suffix in AUDIO_SUFFIXES)
            dialog.setNameFilter(self.tr("Recordings ({})").format(endings))
        if dialog.exec():
            self.look_at(Path(dialog.selectedFiles()[0]))

    def look_at(self, source: Path) -> None:
        """Ask the trainer what is in a folder or file."""
        self.source, self.found = source, None
        self.cleaning.cancel()
        self.survey.ask(PROGRAM, survey_command(source))
        self._show()

    def _surveyed(self, text: str, failure: bool) -> None:
        self.found = None if failure else read_found(text)
        if self.found is not None:
            self.kind.setCurrentIndex(KINDS.index(self.found.kind))
        else:
            words = text if failure else self.tr("the trainer is a different version")
            self.said.emit(words, True)
        self._show()
        if self.found is None:
            self.about.setText(words)

    def _clean(self) -> None:
        if self.source is None or self.cleaning.waiting:
            return
        self._copies = new_copies(self.source)
        self.cleaning.ask(PROGRAM, clean_command(self.source, self._copies))
        self._show()

    def _cleaned(self, text: str, failure: bool) -> None:
        if failure or self._copies is None:
            self.said.emit(text, True)
            self._show()
        else:
            self.look_at(self._copies)

    def _begin(self) -> None:
        if self.source is not None and not self.hindrance():
            kind, minutes = str(self.kind.currentData()), float(self.time.currentData())
            self.start_wanted.emit(self.source, kind, minutes, str(self.start.currentData()))

    def list_starts(self) -> None:
        """Look which plugins there are to start from."""
        self._worker.do(find_starts, self._take_starts, key="starts")

    def _take_starts(self, starts: Starts) -> None:
        self._starts = starts
        self._show_starts()

    def _show_starts(self) -> None:
        """Those that fit the kind; the one that was chosen stays, if it does."""
        chosen, kind = self.start.currentData(), str(self.kind.currentData())
        self.start.clear()
        self.start.addItem(self.tr("From nothing"), "")
        for name, family, path in self._starts:
            if family == FAMILIES[kind]:
                self.start.addItem(self.tr("From {}").format(plain(name)), str(path))
        self.start.setCurrentIndex(max(0, self.start.findData(chosen)))

    @property
    def minutes(self) -> float:
        """The chosen time."""
        return float(self.time.currentData())

    def hindrance(self) -> str:
        """Why nothing can be trained yet; empty if it can."""
        found, kind = self.found, str(self.kind.currentData())
        if found is None:
            return self.tr("Choose recordings first")
        if found.count == 0:
            return self.tr("None of the files can be read")
        hindering = found.hindering
        if hindering:
            if found.cleanable and all(problem.cleaned for problem in hindering):
                return self.tr("Make clean copies first: {}").format(problem_text(hindering[0]))
            return problem_text(hindering[0])
        if kind == NOTE and not found.parameters:
            return self.tr(
                "Notes need a parameter in their file names, such as flute_p64.00.wav; "
                "choose another kind"
            )
        return ""

    def _show(self) -> None:
        """What is known now."""
        if self.source is None:
            self.about.setText(self.tr("Choose recordings, or drop a folder on the window."))
        elif self.found is not None:
            self.about.setText(found_text(self.found, self.source.name))
        elif self.survey.waiting:
            self.about.setText(self.tr("{}: reading…").format(self.source.name))
        self.about.setToolTip(plain_tip(str(self.source or "")))
        self.problems.clear()
        if self.found is not None:
            for problem in self.found.problems:
                self.problems.addItem(problem_text(problem))
            if self.found.more:
                self.problems.addItem(self.tr("and {} more").format(self.found.more))
        self.problems.setVisible(self.problems.count() > 0)
        self.clean.setVisible(self.found is not None and self.found.cleanable)
        waiting = self.cleaning.waiting
        self.clean.setEnabled(not waiting)
        self.clean.setText(self.tr("Copying…") if waiting else self.tr("Make clean copies"))
        self._allow()

    def allow(self, free: bool) -> None:
        """Whether no training is just being started."""
        if free != self._free:
            self._free = free
            self._allow()

    def _allow(self) -> None:
        hindrance = self.hindrance()
        self.begin.setEnabled(self._free and not hindrance)
        usual = self.tr("Training runs at the lowest priority, so playing is not disturbed.")
        self.note.setText(hindrance if hindrance and self.found is not None else usual)
