"""With a notice, a page beside it and 1280x720 pixels, every control can still be reached."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from rtsynth_gui.panels.card_area import CardArea
from rtsynth_gui.settings import watch
from rtsynth_gui.settings.trouble import HIDE, SETTINGS, SILENT, Trouble, texts
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened

pytestmark = [pytest.mark.system, pytest.mark.measure]
SIZE = QSize(1280, 720)
PLUGINS = ("clarinet-trumpet", "vessel", "notes")


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live() as engine:
        for plugin in PLUGINS:
            engine.host.load(plugin)
        yield engine


def seen(area: QScrollArea, widget: QWidget) -> bool:
    place = widget.rect().translated(widget.mapTo(area.viewport(), widget.rect().topLeft()))
    return area.viewport().rect().contains(place)


@pytest.mark.parametrize("slot", range(1, 1 + len(PLUGINS)))
def test_every_knob_is_shown_or_scrolled_to(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
    rest: Callable[[float], None],
    qt: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    slot: int,
) -> None:
    silent = Trouble("silent", texts()["silent"], (SETTINGS, SILENT, HIDE))
    monkeypatch.setattr(watch, "find_trouble", lambda _situation: silent)
    window = opened(engine, open_window, spin)
    window.resize(SIZE)
    window.side.turn_to("Browser")
    window.deck.show_slot(slot)
    spin(window.watch.banner.isVisible)
    rest(0.5)
    assert window.size() == SIZE
    panel = window.current
    assert panel is not None
    area = panel.findChild(CardArea)
    assert isinstance(area, CardArea)
    cards = area.widget()
    assert cards is not None
    hidden = cards.height() - area.viewport().height()
    assert area.verticalScrollBar().isVisible() == (hidden > 0)
    knobs = [row.entry for row in panel.rows.values() if row.entry.isVisible()]
    assert len(knobs) > 5
    for knob in knobs:
        area.ensureWidgetVisible(knob)
        qt.processEvents()
        assert seen(area, knob), knob.accessibleName()
    below = [panel, window.transport, window.rack.add, window.rack.master]
    for part in filter(None, below):
        place = part.mapTo(window, part.rect().bottomRight())
        assert window.rect().contains(place), type(part).__name__
