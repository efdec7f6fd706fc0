"""Cards side by side where there is room, below each other where there is none; none is cut."""

import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.panels.card import Card
from rtsynth_gui.panels.card_area import CardArea
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer, control, description, tiered

NARROWEST = 716  # beside the rack and the side panel, in a window of 1280


def envelope() -> list[dict[str, object]]:
    times = ("attack", "decay", "release", "glide")
    return [control(name, 0.0, 10_000.0, 0.0, unit="ms") for name in times] + [
        control("sustain", 0.0, 1.0, 1.0),
        control("macro1", 0.0, 1.0, 0.0),
    ]


def clarinet() -> dict[str, object]:
    described = description()
    slot = described["slots"][0]
    slot["controls"] = envelope() + slot["controls"]
    return described


def vessel() -> dict[str, object]:
    """Like the one that ships: its pitch is in Hz, so that there is no keyboard."""
    described = tiered()
    slot = described["slots"][0]
    slot["parameters"][-1] |= {"unit": "Hz", "minimum": 302.0, "maximum": 1963.0}
    slot["controls"] = envelope() + slot["controls"]
    return described


Shown = Callable[[int, int], CardArea]


@pytest.fixture(params=[clarinet, vessel])
def shown(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[Shown]:
    parsed = parse_description(json.dumps(request.param()))
    panel = SlotPanel(parsed.description.slots[0], parsed.values, parsed.followed)

    def show(width: int, height: int) -> CardArea:
        panel.resize(width, height)
        panel.show()
        for _ in range(3):
            qt.processEvents()
        area = panel.findChild(CardArea)
        assert area is not None
        return area

    yield show
    panel.deleteLater()


def boxes(area: CardArea) -> list[tuple[QPoint, QPoint]]:
    cards = area.widget()
    found = [(each, each.mapTo(cards, QPoint(0, 0))) for each in cards.findChildren(Card)]
    return [(corner, corner + QPoint(each.width(), each.height())) for each, corner in found]


@pytest.mark.parametrize("width", [NARROWEST, 800, 1004, 1248, 1800])
def test_cards_are_apart_and_inside(shown: Shown, width: int) -> None:
    area = shown(width, 900)
    assert area.viewport().width() <= width
    placed = boxes(area)
    assert len(placed) >= 3
    for index, (corner, end) in enumerate(placed):
        assert end.x() <= area.viewport().width()
        for other, other_end in placed[:index]:
            apart = corner.x() >= other_end.x() or other.x() >= end.x()
            assert apart or corner.y() >= other_end.y() or other.y() >= end.y()


def test_all_of_it_fits_a_window_of_1280_by_720(shown: Shown) -> None:
    """Beside the rack, below header and scope, above the bottom line."""
    area = shown(1004, 470)
    assert area.verticalScrollBar().maximum() == 0


def test_it_fits_beside_a_page_of_the_side_panel_too(shown: Shown) -> None:
    """The built-in controls are the pages of one card where two of them are too high."""
    area = shown(NARROWEST, 900)
    whole = area.sizeHint().height()
    for room, merged in ((whole, False), (whole - 20, True), (whole, False)):
        area.set_room(room)
        assert bool(area.saved) == merged
        assert area.sizeHint().height() == whole - area.saved <= room
        assert (
            len([each for each in area.findChildren(Card) if each.isVisible()])
            == len(area.findChildren(Card)) - merged
        )
    area.set_room(whole - 20)
    shown(1248, 900)
    assert not area.saved, "side by side there is room"


def test_a_narrow_window_stacks_and_scrolls(shown: Shown) -> None:
    wide, narrow = shown(1248, 400).sizeHint().height(), shown(NARROWEST, 400).sizeHint().height()
    assert narrow > wide
    assert shown(NARROWEST, 400).verticalScrollBar().maximum() > 0
    assert shown(1248, 900).sizeHint().height() == wide


@pytest.mark.system
@pytest.mark.parametrize("describe", [clarinet, vessel])
def test_nothing_scrolls_beside_any_page_of_a_window_of_1280_by_720(
    describe: Callable[[], dict[str, object]], open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer(describes=describe()) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels)
        area = window.deck.findChild(CardArea)
        assert area is not None
        window.resize(1280, 720)
        for page in ("", *window.side.pages, ""):
            window.side.turn_to(page)
            spin(lambda: area.verticalScrollBar().maximum() == 0)
            assert (window.width(), window.height()) == (1280, 720)


@pytest.mark.system
@pytest.mark.parametrize("describe", [clarinet, vessel])
def test_a_window_of_1024_by_576_cuts_nothing(
    describe: Callable[[], dict[str, object]], open_window: Callable[[int], Window], spin: Spin
) -> None:
    """A screen of 1280 by 720 at 125 %: what has no room can be scrolled to."""
    with Peer(describes=describe()) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels)
        area = window.deck.findChild(CardArea)
        assert area is not None
        for page in ("", *window.side.pages):
            window.side.turn_to(page)
            window.resize(1024, 576)
            bar, cards, seen = area.horizontalScrollBar(), area.widget(), area.viewport()
            spin(
                lambda bar=bar, cards=cards, seen=seen: (
                    cards.width() >= cards.minimumSizeHint().width()
                    and bar.maximum() == max(cards.width() - seen.width(), 0)
                )
            )
            assert (window.width(), window.height()) == (1024, 576)
            assert area.mapTo(window, QPoint(area.width(), 0)).x() <= 1024
