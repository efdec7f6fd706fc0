"""The window: puts the parts together and, sixty times a second, shows what the engine sent."""

import time
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth_gui.activity.page import ActivityPage
from rtsynth_gui.browser.page import BrowserPage
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.shown import Shown
from rtsynth_gui.edit.typing_keys import TypingKeys
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.folders import folder_memory
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.status import Status, parse_status
from rtsynth_gui.link.worker import settle_workers
from rtsynth_gui.mapping.page import MappingPage
from rtsynth_gui.network.page import NetworkPage
from rtsynth_gui.panels.deck import Deck
from rtsynth_gui.panels.dropping import Dropping
from rtsynth_gui.panels.fitting import Fitting
from rtsynth_gui.panels.header import Header
from rtsynth_gui.panels.side import SidePanel
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.panels.transport import Transport
from rtsynth_gui.panels.turns import Turns
from rtsynth_gui.panels.view_memory import ViewMemory
from rtsynth_gui.panels.within_screen import WithinScreen
from rtsynth_gui.presets.page import PresetsPage
from rtsynth_gui.rack.loading import Loading, plugin_dialog
from rtsynth_gui.rack.rack import Rack
from rtsynth_gui.settings.page import SettingsPage
from rtsynth_gui.settings.watch import TroubleWatch
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.takes.page import TakesPage
from rtsynth_gui.takes.recorder import Recorder
from rtsynth_gui.train.page import TrainPage
from rtsynth_gui.xy.page import XYPage

FRAME_MS = 16
STATUS_EVERY_S = 1.0
LIT_S = 0.15


class Window(QMainWindow):
    """A client of the engine behind `link`. Everything shown comes from the engine.

    It opens as high as what it shows, as far as the screen allows; or with a given `size`.
    """

    def __init__(self, link: EngineLink, size: QSize | None = None) -> None:
        super().__init__()
        self.link = link
        self.description: Description | None = None
        self.status = Status()
        self._status_s, self._described = float("-inf"), False
        self._turns = Turns()
        self.setWindowTitle("rtsynth")
        self.header = Header(link, self)
        self.rack = Rack(self)
        self.deck = Deck(self)
        self.side = SidePanel(self)
        self.transport = Transport(self)
        self.desk = Desk(link, self._shown, self)
        self.browser = BrowserPage(link, self.desk, self.side)
        self.presets = PresetsPage(link, self.side)
        self.states = StatesPage(link, self.desk, self.side)
        self.loading = Loading(link, self)
        self.recorder = Recorder(link, self.transport, self)
        self.keys = TypingKeys(self, lambda: self.deck.played)
        self.settings = SettingsPage(link, self.side)
        self.takes = TakesPage(self.recorder, self.desk, self.side, self.settings.window_section)
        self.activity = ActivityPage(link, self.side)
        self.watch = TroubleWatch(link, self.settings, self)
        self.train = TrainPage(self.side, self.settings.window_section)
        self.dropping = Dropping(link, self)
        self.network = NetworkPage(link, self.side)
        self.memory = ViewMemory(link, self.deck, self.side, self)
        self.mapping = MappingPage(link, self.desk, self.side)
        self.xy = XYPage(link, self.desk, self.side)
        self._arrange()
        self._connect()
        link.setParent(self)
        self.frame_timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self.frame_timer.timeout.connect(self.draw_frame)
        self._answering_changed(False)
        self.memory.restore()
        if problem := self.settings.window_section.problem:
            self.transport.say(problem, failure=True)
        self._fitting = Fitting(self, self.deck, size)

    def _arrange(self) -> None:
        pages = {
            "Browser": self.browser, "Presets": self.presets, "Network": self.network,
            "States": self.states, "Takes": self.takes, "Train": self.train, "XY pad": self.xy,
            "Mapping": self.mapping, "Activity": self.activity, "Settings": self.settings,
        }  # fmt: skip
        for name, page in pages.items():
            self.side.add(name, page)
        body = QWidget(self)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.rack)
        middle.addWidget(self.deck, 1)
        middle.addWidget(self.side)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 10, 16, 10)
        layout.setSpacing(8)
        layout.addWidget(self.header)
        layout.addWidget(self.watch.banner)
        layout.addLayout(middle, 1)
        layout.addWidget(self.transport)
        area = WithinScreen(body, self)
        self.setCentralWidget(area)
        self.side.turned.connect(lambda name: area.reveal(self.side) if name else None)

    def _connect(self) -> None:
        link = self.link
        link.answering_changed.connect(self._answering_changed)
        self.deck.note_on.connect(self.desk.play)
        self.deck.note_off.connect(
            lambda slot, note: link.send(slot_address(slot, "note/off"), float(note))
        )
        self.deck.fronted.connect(self._fronted)
        self.rack.wanted.connect(self._wanted)
        self.rack.dropped.connect(self.loading.load)
        self.rack.reached.connect(self.loading.reach.do)
        self.rack.renamed.connect(self.desk.rename)
        self.rack.arranged.connect(self.desk.arrange)
        self.loading.acted.connect(self.desk.acts.do)
        self.loading.added.connect(self.deck.show_slot)
        self.presets.acted.connect(self.desk.acts.do)
        self.presets.began.connect(self.desk.acts.begin)
        self.presets.morphed.connect(self.desk.acts.move)
        self.presets.ended.connect(self.desk.acts.end)
        self.dropping.plugins.connect(self._dropped)
        self.dropping.library.connect(self.browser.drop)
        self.dropping.recordings.connect(self.train.take_in)
        self.browser.chosen.connect(self.loading.load)
        self.browser.recalled.connect(self.loading.recall)
        self.browser.open_wanted.connect(lambda: self._open(0))
        self.header.settings_wanted.connect(lambda: self.side.toggle("Settings"))
        load, follow = self.loading.load, self.loading.follow
        self.train.load_wanted.connect(lambda path, add: load(path, 0 if add else self._front))
        self.train.follow_wanted.connect(lambda run: follow(run, self._front))
        self.header.activity_wanted.connect(self._show_activity)
        self.transport.pressed.connect(self._pressed)
        self.transport.viewed.connect(self.side.turn_to)
        self.side.turned.connect(self.transport.show_view)
        self.desk.said.connect(self.transport.say)
        self.desk.acted.connect(self.transport.forget_failure)
        for failed in (self.browser.said, self.memory.said, folder_memory(self).said):
            failed.connect(lambda text: self.transport.say(text, failure=True))
        some = (self.takes, self.train, self.loading, self.xy, self.deck, self.settings)
        for part in (*some, self.dropping, self.presets, self.states, self.rack, self.mapping.form):
            part.said.connect(lambda text, failure: self.transport.say(text, failure=failure))
        for part in (self.deck, self.rack):
            part.moved.connect(self.desk.move)
            part.edited.connect(self.desk.edited)
            part.menu_wanted.connect(self.desk.show_menu)
        pages = {
            "Browser": self.browser.wanted, "Train": self.train.wanted, "XY pad": self.xy.shown,
            "Mapping": self.mapping.shown, "Settings": self.watch.settings_wanted,
        }  # fmt: skip
        for page, wanted in pages.items():
            wanted.connect(partial(self.side.turn_to, page))
        self.xy.load()
        self.keys.escaped.connect(self._escape)
        self.keys.escaped_twice.connect(lambda: self._pressed("panic"))

    def start(self) -> None:
        """Begin to talk to the engine and to draw."""
        self.link.start()
        self.frame_timer.start()
        self.deck.setFocus()  # and not the first button there is

    def _shown(self) -> tuple[Shown, ...]:
        """What shows controls and is built anew; pages add themselves at the desk."""
        return (*self.panels.values(), *self.rack.every_strip)

    @property
    def current(self) -> SlotPanel | None:
        """The panel in front."""
        return self.deck.current

    @property
    def panels(self) -> dict[int, SlotPanel]:
        """The panel of each slot."""
        return self.deck.panels

    # --- from the engine ---------------------------------------------------------------------

    def draw_frame(self) -> None:
        """One frame: take what arrived, show it."""
        now_s = time.monotonic()
        batch, turn = self.link.take(), self._turns.next(now_s)
        self._take(batch, now_s)
        self.desk.take(batch)
        self.deck.take(batch, now_s, turn)
        self.rack.take(batch, now_s, draw=turn.controls)
        for part in (self.browser, self.loading, self.presets, self.states, self.mapping):
            part.take(batch)
        self.settings.engine_section.take(batch)
        self.network.take(batch, draw=turn.pictures)
        self.xy.take(batch, now_s)
        for kind in self.activity.take(batch, now_s):
            self.header.lamps[kind].light(now_s, LIT_S)
        if turn.controls:
            self.header.refresh(now_s)
        self.transport.refresh(now_s)
        self._fitting.frame()
        if self.link.answering and now_s - self._status_s >= STATUS_EVERY_S:
            self._status_s = now_s
            self.link.ask_status()

    def _take(self, batch: Batch, now_s: float) -> None:
        if batch.description is not None:
            if batch.description != self.description:
                self._rebuild(batch.description, batch.values, batch.followed)
            elif batch.description.lineup != self.description.lineup:
                self.description = batch.description
                self.rack.show_lineup(batch.description, batch.values)
                self.deck.show_lineup(batch.description)
                self.xy.rebuild(batch.description, batch.values, batch.followed)
            if not self._described:  # from now on an engine elsewhere answers questions, too
                self._described = True
                for page in (self.presets, self.states):
                    page.answering()
                engine = self.settings.engine_section
                for asking in (self.browser, self.activity, self.mapping, engine):
                    asking.ask()
                for part in (self.takes, self.train, self.rack):
                    part.allow(self.link.is_local)
        if batch.load is not None:
            self.header.load.report(*batch.load, now_s)
        if batch.status is not None:
            self._take_status(batch.status, now_s)
        for failure in batch.failures[-1:]:
            self.transport.say(failure, failure=True)

    def _take_status(self, text: str, now_s: float) -> None:
        status = parse_status(text)
        if status is None:
            self.transport.say(self.tr("the engine's status is unreadable"), failure=True)
            return
        self.status = status
        self.desk.know(status)
        self.activity.know(status)
        self.watch.know(status, self.description.version if self.description else "")
        self.header.show_engine(self.link.answering, status.fields)
        if (rate_hz := status.number("rate_hz")) is not None and 1000 <= rate_hz <= 1_000_000:
            self.deck.sound.set_rate(rate_hz)
        self.recorder.follow(status.recording)

    def _rebuild(
        self, description: Description, values: dict[str, float], followed: dict[str, float]
    ) -> None:
        """Another structure: new strips and panels, the same slot in front."""
        self.description = description
        self.rack.rebuild(description, values)
        self.deck.rebuild(description, values, followed)
        self.mapping.rebuild(description)
        self.xy.rebuild(description, values, followed)
        self.desk.rebuilt(self.panels)
        for number in self.loading.know(description):
            self.deck.show_slot(number)
        if self.deck.panels:
            self._fitting.shown()

    def _show_activity(self, kind: str) -> None:
        self.activity.turn_to(kind)
        self.side.turn_to("Activity")

    def _fronted(self, number: int) -> None:
        slot = self.current.slot if number and self.current is not None else None
        self.rack.show_front(number)
        for part in (self.header, self.presets, self.states, self.network, self.xy, self.mapping):
            part.show_slot(slot)
        self.browser.show_front(number)
        self.setWindowTitle(f"{slot.title} – rtsynth" if slot and slot.title else "rtsynth")

    def _answering_changed(self, answering: bool) -> None:
        """Grey out and say so, or come back to life; the window and its values stay."""
        self.header.show_engine(answering, self.status.fields)
        self.deck.show_answering(answering, self.link.endpoint)
        self.rack.setEnabled(answering)
        self.watch.show_answering(answering)
        self.xy.setEnabled(answering)
        self.transport.show_link(self.link)
        if answering:
            self._described = False
        else:
            self.header.load.forget()

    # --- from the performer ------------------------------------------------------------------

    @property
    def _front(self) -> int:
        return self.current.slot.number if self.current is not None else 1

    def _wanted(self, what: str, slot: int) -> None:
        match what:
            case "front":
                self.deck.show_slot(slot)
            case "remove":
                self.desk.remove(slot)
            case "reset":
                self.link.send(slot_address(slot, "reset"))
            case "add" | "replace":
                self.deck.show_slot(slot)
                self.side.turn_to("Browser")
                self.browser.look_for(slot if what == "replace" else 0)

    def _pressed(self, name: str) -> None:
        match name:
            case "open":
                self._open(self._front)
            case "restart":
                self.link.send(slot_address(self._front, "reset"))
            case "panic":
                self.link.send("/panic")
                self.deck.release_keys()
            case "record":
                self.recorder.press()

    def _escape(self) -> None:
        """No control waits for MIDI any more; or, where none did, held notes end."""
        if not self.desk.cancel_learning():
            self.deck.end_held()

    def _open(self, slot: int) -> None:
        if (dialog := plugin_dialog(self, self.rack.title_of(slot))).exec():
            self.loading.load(dialog.selectedFiles()[0], slot)

    def _dropped(self, plugins: list[str]) -> None:
        """Beside the rack, the first one replaces the plugin in front; others are added."""
        for place, plugin in enumerate(plugins):
            self.loading.load(plugin, 0 if place else self._front)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.frame_timer.stop()
        self.train.close_down(reopens=self.watch.reopens)
        settle_workers(self)
        self.link.close()
        super().closeEvent(event)
