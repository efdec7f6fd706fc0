"""A window that is opened again shows what the last one showed."""

import json
from collections.abc import Callable

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.panels.view_memory import MOST_ENGINES, View, read_views, view_file
from rtsynth_gui.widgets.scope import SPANS_MS
from rtsynth_gui.widgets.sound_view import BOTH
from rtsynth_gui.window import Window
from tests.gui.conftest import TIMEOUT_S, Spin
from tests.gui.peer import Peer, description

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def folder(new_folder: None) -> None:
    """It is there already."""
    view_file().parent.mkdir()


def front(window: Window) -> int:
    assert window.current is not None
    return window.current.slot.number


def test_the_slot_in_front_and_the_page(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    peer.describes = description(slots=3)
    first = open_window(peer.port)
    spin(lambda: len(first.panels) == 3)
    assert (front(first), first.side.page) == (1, "")
    first.deck.show_slot(2)
    first.side.turn_to("Takes")
    assert KEPT.settle(TIMEOUT_S)
    second = open_window(peer.port)  # while the first one is there: nothing waits for its end
    spin(lambda: len(second.panels) == 3)
    assert (front(second), second.side.page) == (2, "Takes")
    with Peer(describes=description(slots=3)) as another:
        elsewhere = open_window(another.port)
        spin(lambda: len(elsewhere.panels) == 3)
        assert (front(elsewhere), elsewhere.side.page) == (1, "")
        elsewhere.deck.show_slot(3)
        assert KEPT.settle(TIMEOUT_S)
    assert list(read_views(view_file()).values()) == [View(2, "Takes"), View(3, "")]


def test_the_picture_of_the_sound_and_the_span_of_the_scope(
    peer: Peer, open_window: Callable[[int], Window]
) -> None:
    first = open_window(peer.port)
    first.deck.sound.switches[BOTH].click()
    span = first.deck.scope.span
    span.setCurrentIndex(span.count() - 1)
    span.activated.emit(span.currentIndex())
    assert KEPT.settle()
    second = open_window(peer.port)
    assert second.deck.sound.shown == BOTH
    assert second.deck.scope.span.currentData() == SPANS_MS[-1]


@pytest.mark.parametrize("others", [{}, {"picture": "film", "span_ms": 3}, {"span_ms": []}])
def test_a_file_of_another_version_is_read(others: dict[str, object]) -> None:
    views = {"engine:1": {"front": 2, "page": "Takes"} | others}
    view_file().write_text(json.dumps({"format": 1, "views": views}))
    assert read_views(view_file()) == {"engine:1": View(2, "Takes")}


def test_it_is_bounded(peer: Peer, open_window: Callable[[int], Window]) -> None:
    views = {f"engine:{port}": {"front": 1, "page": ""} for port in range(MOST_ENGINES)}
    view_file().write_text(json.dumps({"format": 1, "views": views}))
    window = open_window(peer.port)
    window.side.turn_to("Presets")
    assert KEPT.settle(TIMEOUT_S)
    kept = list(read_views(view_file()))
    assert kept == [*list(views)[1:], window.link.endpoint]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ('{"format": 2}', "format"),
        ('{"format": 1, "views": {"a:1": {"front": "x"}}}', "views: a:1"),
        ('{"format": 1, "views": {"a:1": 3}}', "views: a:1"),
        ('{"format": 1, "views": [1]}', "views: not a table"),
        ('{"format": 1, "views": "x"}', "views: not a table"),
        ('{"format": 1, "views": null}', "views: not a table"),
    ],
)
def test_a_damaged_file_is_one_line_and_left_alone(
    text: str, words: str, peer: Peer, open_window: Callable[[int], Window]
) -> None:
    view_file().write_text(text)
    with pytest.raises(InputError, match=words) as raised:
        read_views(view_file())
    window = open_window(peer.port)
    assert str(raised.value) in window.transport.message.toolTip()
    window.side.turn_to("Presets")
    assert KEPT.settle(TIMEOUT_S)
    assert view_file().read_text() == text


def test_what_cannot_be_written_is_said_once(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(peer.port)
    said: list[str] = []
    window.memory.said.connect(said.append)
    view_file().mkdir()  # in the way of the file
    for page in ("Presets", "Takes"):
        window.side.turn_to(page)
        assert KEPT.settle(TIMEOUT_S)
        spin(lambda: said)
    assert len(said) == 1
    assert str(view_file()) in said[0]


def test_an_engine_that_has_moved_takes_its_view_along(window: Window) -> None:
    window.side.turn_to("Takes")
    before, window.link.endpoint = window.link.endpoint, "127.0.0.1:9389"
    window.link.moved.emit()
    window.side.turn_to("Presets")
    assert KEPT.settle(TIMEOUT_S)
    assert read_views(view_file()) == {
        before: View(1, "Takes"),
        "127.0.0.1:9389": View(1, "Presets"),
    }
