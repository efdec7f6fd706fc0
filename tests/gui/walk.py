"""A walk over a window: finds everything in it that a performer can operate, and operates it.

What there is to operate is found in the tree of widgets, not in a list; mouse and keyboard go
through the window, so that what is covered, clipped or out of reach is noticed. Each operation has
to have an effect: on the engine, as it answers over OSC, on files or processes, or, for what only
looks (pages, search), on another part of the window.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtWidgets import QAbstractItemView, QTabBar, QWidget
from shiboken6 import isValid

from rtsynth_gui.panels.control_view import NameLabel
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.slider import Slider
from rtsynth_gui.widgets.switch import SwitchButton
from rtsynth_gui.window import Window
from tests.gui.live import Live
from tests.gui.walk_aids import Aids
from tests.gui.walk_elsewhere import is_elsewhere
from tests.gui.walk_hands import PATIENCE_S
from tests.gui.walk_sight import EFFECTS, ENGINE, WINDOW, Sight
from tests.gui.walk_targets import (
    Target,
    is_interactive,
    is_on,
    menu_of,
    name_of,
    parts_of,
    place_of,
)
from tests.gui.walk_touch import MOMENT_S, TouchHands
from tests.rtsynth.control.osc_client import OscClient

# In the first pass, where much has no effect yet. Later, what has none within PATIENCE_S is dead.
FIRST_S = 1.0
REST_S = 0.1  # the engine tells of values every 33 ms
QUIET_WITHIN_S = 5.0
PASSES = 4
SIZE = (1280, 720)


class Walk(TouchHands):
    """Through `window`; `asked` asks the engine, `told` is a subscriber of it.

    Args:
        pages: those of the side panel that are walked over.
        pages_only: and nothing else.
    """

    def __init__(
        self,
        window: Window,
        asked: OscClient,
        told: OscClient,
        aids: Aids,
        pages: Sequence[str],
        pages_only: bool,
    ) -> None:
        super().__init__(window, asked, aids)
        self.sight = Sight(window, asked, told, aids)
        self._pages, self.pages_only = pages, pages_only
        self.effects: dict[tuple[str, int], str] = {}
        # Names, or classes, of what had an effect on the window alone.
        self.only_seen: set[str] = set()
        self.patience_s = FIRST_S

    # --- what there is -------------------------------------------------------------------------

    def targets(self, *, shown: bool) -> list[Target]:
        """Everything to be operated; with `shown` what can be at present."""
        found = []
        for widget in self.window.findChildren(QWidget):
            if shown and not (widget.isVisible() and widget.isEnabled()):
                continue
            if not is_interactive(widget) or self._is_beside(widget):
                continue
            found += [Target(widget, part) for part in range(parts_of(widget))]
        return found

    def _is_beside(self, widget: QWidget) -> bool:
        """In the panel of another slot than the first, which is built as that one is; on another
        page; in another window; or what turns the pages, which `run` operates."""
        if widget.window() is not self.window or widget in self.window.transport.views.values():
            return True
        if self.pages_only and not self.window.side.isAncestorOf(widget):
            return True
        first = min(self.window.panels)
        others = [panel for number, panel in self.window.panels.items() if number != first]
        others_pages = [p for name, p in self.window.side.pages.items() if name not in self._pages]
        return any(each.isAncestorOf(widget) for each in (*others, *others_pages))

    def left(self) -> list[str]:
        """What was not operated, and is not operated by another test."""
        return sorted(
            f"{place_of(target.widget)} [{target.part}]"
            for target in self.targets(shown=False)
            if (place_of(target.widget), target.part) not in self.effects
            and not is_elsewhere(target.widget)
        )

    # --- operating -----------------------------------------------------------------------------

    def run(self) -> None:
        """Operate everything, page by page; what becomes possible by something else comes later."""
        for number in range(PASSES):
            self.patience_s = PATIENCE_S if number else FIRST_S
            done = len(self.effects)
            for page in self._pages:
                self._turn_to(page)
                tried: set[tuple[str, int]] = set()
                while (target := self._next(tried)) is not None:
                    self.operate(target)
            if not self.left() or (number and len(self.effects) == done):
                return

    def _next(self, tried: set[tuple[str, int]]) -> Target | None:
        """What hides or removes other things comes last; what other tests operate is left alone:
        it may close the window."""
        waiting = []
        for target in self.targets(shown=True):
            key = place_of(target.widget), target.part
            if key not in self.effects and key not in tried and not is_elsewhere(target.widget):
                waiting.append((self._rank(target.widget), key, target))
        if not waiting:
            return None
        _, key, target = min(waiting, key=lambda each: each[0])
        tried.add(key)
        return target

    def _turn_to(self, page: str) -> None:
        """By its button, if it has one."""
        button = self.window.transport.views.get(page)
        if button is None:
            self.window.side.turn_to(page)
        elif not button.isChecked():
            self.click(button)
        assert self.spin(self.window.side.pages[page].isVisible), page

    def _rank(self, widget: QWidget) -> int:
        if isinstance(widget, QAbstractItemView) or menu_of(widget) is not None:
            return 2
        return 1 if isinstance(widget, QTabBar) else 0

    def operate(self, target: Target) -> None:
        """What is built anew meanwhile is operated in the next pass."""
        if not isValid(target.widget):
            return
        key = place_of(target.widget), target.part
        try:
            effect = self._operate(target)
        except RuntimeError:
            if isValid(target.widget):
                raise  # of the window
            return
        if effect:
            self.effects[key] = effect

    def _operate(self, target: Target) -> str:
        widget = target.widget
        view = self.view(widget)
        match widget:
            case SwitchButton() if widget.control is not None:
                return self.switch(widget, widget.control)
            case Slider() if view is not None:
                return self.slide(widget, view.control)
            case NumberEntry() if view is not None:
                return self.enter(widget, view.control)
            case NameLabel() if view is not None:
                return self.reset(widget, view)
        return self._try(target)

    def _try(self, target: Target) -> str:
        """Anything else: whatever it changes."""
        widget, aids, sight = target.widget, self.aids, self.sight
        name = name_of(widget)
        label = name or type(widget).__name__
        aids.ready(target)
        if not isValid(widget):
            return ""
        proof = aids.proofs.get(name, lambda: None)
        self.look_elsewhere(target)
        assert self.spin(self._is_quiet, QUIET_WITHIN_S), "the engine never rests"
        slots, before, shown = sight.slots(), sight.see(), proof()
        on, only_looks = is_on(widget), label in aids.looks
        with self.answered(target.part, aids.chosen) as opened:
            self.touch(target)
            follower = aids.follow(name)
            if follower is not None:
                assert self.spin(follower.isEnabled), f"{place_of(follower)} is not enabled"
                self.click(follower)
        effects: set[str] = set()
        end_s = time.monotonic() + FIRST_S  # what is seen may come before what is done

        def changed() -> bool:
            effects.update(sight.changes(before))
            if proof() != shown or opened:
                effects.add(WINDOW)
            if effects == {WINDOW} and not only_looks:
                return not aids.strict and time.monotonic() > end_s
            return bool(effects)

        self.spin(changed, self.patience_s)
        if ENGINE in effects:  # a slot that it loads or unloads may come a moment later
            self.spin(lambda: sight.slots() != slots, REST_S)
        if effects and isValid(widget) and is_on(widget) != on:
            self.touch(target)  # as it was
            self.spin(lambda: is_on(widget) == on, MOMENT_S)  # one of several stays chosen
        self._put_back(slots)
        operated = aids.settle(name)
        if not effects or (aids.strict and effects == {WINDOW} and not only_looks):
            return ""
        effect = min(effects, key=EFFECTS.index)
        if effect == WINDOW:
            self.only_seen.add(label)
        if follower is not None:
            operated[follower] = effect
        for each, its in operated.items():
            self.effects[place_of(each), 0] = its
        return effect

    def _is_quiet(self) -> bool:
        """What the engine tells, or is written, next is not of what was operated before."""
        self.sight.hear()
        files = self.aids.outside().get("files")
        self.spin(lambda: False, REST_S)
        return not self.sight.hear() and self.aids.outside().get("files") == files

    def _put_back(self, slots: list[tuple[int, str]]) -> None:
        """The slots, and the window in front, which a desktop does after a dialog."""
        if (changed_slots := self.sight.slots()) != slots:
            assert self.spin(lambda: self.sight.shown_slots() == sorted(changed_slots)), "not shown"
            self.aids.restore()
            assert self.spin(lambda: self.sight.shown_slots() == sorted(slots)), "not as it was"
            self.spin(lambda: False, 2 * REST_S)  # what else it describes anew
        self.window.activateWindow()
        assert self.spin(self.window.isActiveWindow)


@contextmanager
def walk_over(
    window: Window, engine: Live, aids: Aids, pages: Sequence[str], *, pages_only: bool
) -> Iterator[Walk]:
    """A walk over a window that its engine has described itself to."""
    port = engine.server.port
    window.resize(*SIZE)
    window.activateWindow()
    with OscClient(port) as asked, OscClient(port) as told:
        told.send("/notify", 1, "values", "events")
        told.sync()
        walk = Walk(window, asked, told, aids, pages, pages_only)
        assert walk.spin(window.isActiveWindow)
        yield walk
