"""The part of a control's menu that modulates it: a fader for each source."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget, QWidgetAction

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth_gui.widgets.fader import COMPACT, Fader
from rtsynth_gui.widgets.plain import PlainLabel

TITLES = {
    "lfo": str(QT_TRANSLATE_NOOP("Depths", "LFO {}")),
    "macro": str(QT_TRANSLATE_NOOP("Depths", "Macro {}")),
    "follow": str(QT_TRANSLATE_NOOP("Depths", "Follower")),
    "walk": str(QT_TRANSLATE_NOOP("Depths", "Random walk")),
}
COARSE, FINE = 0.02, 0.002  # of a notch
ENTERING = (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
ROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class DepthFader(Fader):
    """Left and right move it; up and down go to another one. `passed(rows)`: so many further."""

    passed = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (rows := ROWS.get(Qt.Key(event.key()))) is not None:
            self.passed.emit(rows)
        else:
            super().keyPressEvent(event)


def source_title(source: str) -> str:
    """As a menu names a source: "LFO 1", "Macro 3"."""
    kind = source.rstrip("0123456789")
    title = QCoreApplication.translate("Depths", TITLES.get(kind, "{}"))
    return title.format(source[len(kind) :] or kind)


class Depths(QWidget):
    """Rows of source, fader and depth in percent of the range; the middle of a fader is none.

    `move(source, depth, gesture)` is called for what a hand moves; `grab()` gives the number of a
    gesture.
    """

    def __init__(
        self,
        depths: Mapping[str, float],
        move: Callable[[str, float, int], None],
        grab: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._move = move
        self._grab = grab
        self._gesture = 0
        self.depths = {source: depths.get(source, 0.0) for source in SOURCE_NAMES}
        self.faders: dict[str, DepthFader] = {}
        self._numbers: dict[str, PlainLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 12, 4)
        grid.setVerticalSpacing(1)
        tip = QCoreApplication.translate(
            "Depths", "Modulation depth, as a share of the range; double-click: none"
        )
        for line, source in enumerate(SOURCE_NAMES):
            fader = DepthFader(self, COMPACT)
            fader.passed.connect(self._pass)
            fader.origin = 0.5
            fader.default = 0.5
            fader.setMinimumWidth(150)
            fader.setToolTip(tip)
            fader.setAccessibleName(source_title(source))
            number = PlainLabel("", self)
            number.setMinimumWidth(self.fontMetrics().horizontalAdvance("−100.0 %"))
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate(
                (PlainLabel(source_title(source), self), fader, number)
            ):
                grid.addWidget(widget, line, column)
            self.faders[source], self._numbers[source] = fader, number
            self._connect(source, fader)
            self._show(source)
        # What the menu gives the focus to, when a key reaches this line.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(next(iter(self.faders.values())))

    def _pass(self, rows: int) -> None:
        faders = list(self.faders.values())
        focus = self.window().focusWidget()
        at = next((n for n, fader in enumerate(faders) if fader is focus), 0)
        faders[(at + rows) % len(faders)].setFocus(Qt.FocusReason.TabFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays among the faders: the menu would take the focus away."""
        self._pass(1 if forward else -1)
        return True

    def _connect(self, source: str, fader: Fader) -> None:
        def begin() -> None:
            self._gesture = self._grab()

        def nudge(steps: float, fine: bool) -> None:
            begin()
            self._set(source, self.depths[source] + steps * (FINE if fine else COARSE))

        def remove() -> None:
            begin()
            self._set(source, 0.0)

        fader.grabbed.connect(begin)
        fader.dragged.connect(lambda position: self._set(source, 2 * position - 1))
        fader.nudged.connect(nudge)
        fader.default_wanted.connect(remove)

    def _set(self, source: str, depth: float) -> None:
        self.depths[source] = min(max(round(depth, 4), -1.0), 1.0)
        self._show(source)
        self._move(source, self.depths[source], self._gesture)

    def _show(self, source: str) -> None:
        depth = self.depths[source]
        self.faders[source].show_position((depth + 1) / 2)
        text = f"{100 * depth:+.1f} %".replace("-", "−") if depth else "–"
        self._numbers[source].setText(text)


class DepthsMenu(QMenu):
    """A key that would go on in a menu goes to the faders: it has no other lines."""

    def __init__(self, title: str, depths: Depths, parent: QMenu) -> None:
        super().__init__(title, parent)
        self._depths = depths

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entered = self.focusWidget() in self._depths.faders.values()
        if Qt.Key(event.key()) in ENTERING and not entered:
            self._depths.setFocus(Qt.FocusReason.TabFocusReason)
        elif Qt.Key(event.key()) not in ENTERING:
            super().keyPressEvent(event)


def depths_menu(title: str, depths: Depths, parent: QMenu) -> QMenu:
    """A submenu that shows them."""
    menu = DepthsMenu(title, depths, parent)
    action = QWidgetAction(menu)
    action.setDefaultWidget(depths)
    menu.addAction(action)
    return menu
