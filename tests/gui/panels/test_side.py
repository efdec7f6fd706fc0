"""The panel on the right: one page, or none."""

from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.panels.side import SidePanel


def test_pages(qt: QApplication) -> None:
    side = SidePanel()
    pages = {name: QWidget() for name in ("Browser", "Takes")}
    for name, page in pages.items():
        side.add(name, page)
    turned: list[str] = []
    side.turned.connect(turned.append)
    assert side.isHidden()
    side.turn_to("Takes")
    assert not side.isHidden()
    assert pages["Takes"].isVisibleTo(side)
    assert not pages["Browser"].isVisibleTo(side)
    side.turn_to("")
    assert side.isHidden()
    assert turned == ["Takes", ""]
