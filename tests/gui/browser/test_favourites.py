"""Favourites can be undone."""

import pytest

from rtsynth_gui.browser.favourites import Favourites
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.widgets.dragged import with_preset
from rtsynth_gui.window import Window

pytestmark = pytest.mark.system


def test_favourites_are_steps(window: Window) -> None:
    chosen: set[str] = set()

    def put(source: str, favourite: bool) -> None:
        (chosen.add if favourite else chosen.discard)(source)

    desk = Desk(window.link, lambda: (), window)  # the browser has its own at the window's
    favourites = Favourites(desk, chosen.__contains__, put)
    dark = with_preset("creek", "dark side")
    for source, title in (
        (dark, "add dark side to the favourites"),
        ("/a/creek.safetensors", "creek.safetensors"),
    ):
        favourites.choose(source, True)
        assert title in desk.history.undo_title
    assert chosen == {dark, "/a/creek.safetensors"}
    desk.undo()
    assert chosen == {dark}
    chosen.clear()  # by something else
    assert desk.history.undo_title == ""
    assert favourites.current("/slot/1/gain") is None
