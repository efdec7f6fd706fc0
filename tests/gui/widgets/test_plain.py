"""Whatever an engine or a plugin says is shown as text: no widget reads it as HTML."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from rtsynth_gui.widgets.plain import PlainLabel, plain_tip
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer, tiered

pytestmark = pytest.mark.system

IMAGE = '<img src="file:///proc/self/environ">'
NAMES = {"name", "tier", "role", "curve", "upsampling"}  # these find widgets and addresses


def hostile(document: Any) -> Any:
    """Every text in a description becomes an image to be read."""
    match document:
        case dict():
            return {
                key: value if key in NAMES else hostile(value) for key, value in document.items()
            }
        case list():
            return [hostile(each) for each in document]
        case str():
            return f"{document} {IMAGE}"
    return document


@pytest.fixture
def hostile_window(open_window: Callable[[int], Window], spin: Spin) -> Window:
    described = hostile(copy.deepcopy(tiered()))
    for parameter in described["slots"][0]["parameters"]:
        if parameter["name"] == "fill":
            labels = [IMAGE, "b"]
            parameter |= {"role": "class", "minimum": 0.0, "maximum": 1.0, "labels": labels}
    with Peer(describes=described) as peer:
        peer.status["device"] = IMAGE
        window = open_window(peer.port)
        spin(lambda: window.panels and peer.clients)
        peer.tell("/fail", "/slot/1/load", IMAGE)
        spin(lambda: "img" in window.transport.message.toolTip())
        spin(lambda: "img" in window.header.engine.text())
    return window


def everything(window: QWidget) -> list[QWidget]:
    return [window, *window.findChildren(QWidget)]


def test_the_description_is_hostile_all_over() -> None:
    assert json.dumps(hostile(tiered())).count("<img") > 40


def test_no_label_and_no_tool_tip_is_read_as_html(hostile_window: Window) -> None:
    labels = [widget for widget in everything(hostile_window) if isinstance(widget, QLabel)]
    assert any("<img" in label.text() for label in labels)
    for label in labels:
        assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
    tips = {widget.toolTip() for widget in everything(hostile_window) if widget.toolTip()}
    assert any("&lt;img" in tip for tip in tips)
    for tip in tips:
        assert "<img" not in tip
        assert tip.startswith("<qt>") or not QtGui.Qt.mightBeRichText(tip)


def test_the_mouse_may_rest_anywhere(hostile_window: Window, qt: QApplication) -> None:
    for widget in everything(hostile_window):
        if widget.toolTip():
            at = widget.mapToGlobal(QPoint(2, 2))
            qt.sendEvent(widget, QtGui.QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), at))
    QToolTip.hideText()


def test_tool_tips_keep_their_lines() -> None:
    assert plain_tip('a < b & c\n"d"') == '<qt>a &lt; b &amp; c<br>"d"</qt>'
    assert plain_tip("") == ""


def test_a_plain_label_shows_markup(qt: QApplication) -> None:
    label = PlainLabel("<b>x</b>")
    assert label.sizeHint().width() > PlainLabel("x").sizeHint().width() * 3
