"""The page of activity: the last MIDI and OSC messages, and what became of them."""

from collections import deque

from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.activity.monitor import Monitor, MonitorTexts, midi_line, osc_line
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.status import Status
from rtsynth_gui.widgets.plain import PlainLabel

MIDI, OSC = KINDS = ("MIDI", "OSC")
LINES = {MIDI: midi_line, OSC: osc_line}
COUNTED = {"/midi/activity": MIDI, "/osc/activity": OSC}
COUNT_S = 1.0


class ActivityPage(QWidget):
    """A list for MIDI, and one for the OSC of other clients than this window."""

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._pid: float | None = None
        texts = {
            MIDI: MonitorTexts(
                self.tr("MIDI messages, newest first"),
                self._no_midi(""),
                self.tr("This engine does not report its MIDI input; it is a different version."),
            ),
            OSC: MonitorTexts(
                self.tr("OSC messages from other clients, newest first"),
                self._nothing_came(),
                self.tr("This engine does not report its OSC messages; it is a different version."),
            ),
        }
        self.monitors = {
            kind: Monitor(link, f"/{kind.lower()}/monitor", texts[kind], self) for kind in KINDS
        }
        self._counted: dict[str, deque[tuple[float, int]]] = {kind: deque() for kind in KINDS}
        link.moved.connect(lambda: self.monitors[OSC].say_nothing_came(self._nothing_came()))
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("pages")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Message type"))
        self._stack = QStackedWidget(self)
        for kind, monitor in self.monitors.items():
            self.tabs.addTab(kind)
            self._stack.addWidget(monitor)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.tabs.currentChanged.connect(lambda _: self._show_count())
        self.count = PlainLabel("", self)
        self.count.setObjectName("dim")
        self.count.setWordWrap(True)
        self.clear = QPushButton(self.tr("Clear"), self)
        self.clear.clicked.connect(lambda: self.monitors[self.kind].clear())
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.tabs)
        layout.addWidget(self._stack, 1)
        layout.addLayout(line)
        self._show_count()

    def know(self, status: Status) -> None:
        """What the engine says of its MIDI inputs, and which process it is: another one does not
        know that it was asked, also where it was back before anybody missed it."""
        pid = status.number("pid")
        if None not in (pid, self._pid) and pid != self._pid:
            self.ask()
        self._pid = pid if pid is not None else self._pid
        self.monitors[MIDI].say_nothing_came(self._no_midi(status.midi_problem))

    def _no_midi(self, problem: str | None) -> str:
        if problem is None:
            return self.tr("No MIDI message has arrived yet, and no MIDI input is open.")
        if problem:
            return self.tr("The engine plays without MIDI: {}").format(problem)
        return self.tr("No MIDI message has arrived yet.")

    def _nothing_came(self) -> str:
        text = self.tr("No other client has sent anything yet. The engine listens on {}.")
        return text.format(self._link.endpoint)

    @property
    def kind(self) -> str:
        """Which messages are shown."""
        return KINDS[self.tabs.currentIndex()]

    def turn_to(self, kind: str) -> None:
        """Show the messages of a kind."""
        self.tabs.setCurrentIndex(KINDS.index(kind))

    def ask(self) -> None:
        """Ask the engine to show what arrives."""
        for monitor in self.monitors.values():
            monitor.ask()

    def take(self, batch: Batch, now_s: float) -> set[str]:
        """One frame: show what arrived; of which kinds anything did, a MIDI clock included."""
        active = set()
        for kind, monitor in self.monitors.items():
            monitor.renew(now_s)
            monitor.refused(batch.unknown)
            for message in batch.answers:
                line = LINES[kind](message)
                if line is not None:
                    monitor.show_line(line)
                    active.add(kind)
        for address, arguments, _ in batch.answers:
            match arguments:
                case [str(_), int(count)] if address in COUNTED and count > 0:
                    active.add(COUNTED[address])
                    self._counted[COUNTED[address]].append((now_s, count))
        if self._forget(now_s) or active:
            self._show_count()
        return active

    def _forget(self, now_s: float) -> bool:
        """Leave out what is older than a second; whether there was any."""
        old = False
        for counted in self._counted.values():
            while counted and now_s - counted[0][0] > COUNT_S:
                counted.popleft()
                old = True
        return old

    def _show_count(self) -> None:
        count = sum(count for _, count in self._counted[self.kind])
        self.count.setText(self.tr("{} in the last second").format(count))
