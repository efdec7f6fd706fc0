"""What tests of the page of states do and look at."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth import Host
from rtsynth.host.changes import Action, Journal
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live


def desk_of(page: StatesPage) -> Desk:
    window = page.window()
    assert isinstance(window, Window)
    return window.desk


def save_two(page: StatesPage, engine: Live, spin: Spin) -> None:
    for name in ("dark", "light"):
        QTest.keyClicks(page.states.name, name)
        QTest.keyClick(page.states.name, Qt.Key.Key_Return)
        spin(lambda name=name: name in page.states.list.names)
    assert engine.host.banks.names(1) == ["dark", "light"] == page.states.list.names
    spin(lambda: page.states.list.current == "light")


def acts(journal: Journal) -> list[tuple[str, tuple[object, ...]]]:
    """What was put back since the last time."""
    return [
        (each.kind, each.arguments)
        for each in journal.take()
        if isinstance(each, Action) and each.kind.startswith("bank/")
    ]


def kept(host: Host, name: str) -> str | None:
    """What is kept under a name, as text; None until it is."""
    bank = host.banks.kept(1)
    return None if bank is None else bank.texts.get(name)
