"""What is shown of messages, and how many."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.activity.monitor import (
    MOST_SHOWN,
    RENEW_S,
    Line,
    Monitor,
    MonitorTexts,
    midi_line,
    osc_line,
)
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.palettes import LIGHT

TEXTS = MonitorTexts("Messages", "nothing yet", "another version")


@pytest.fixture
def monitor(qt: object) -> Iterator[Monitor]:
    link = EngineLink("127.0.0.1", 9)
    yield Monitor(link, "/osc/monitor", TEXTS)
    link.close()


def texts(monitor: Monitor) -> list[str]:
    return [monitor.list.item(row).text() for row in range(monitor.list.count())]


def test_lines() -> None:
    assert midi_line(OscMessage("/midi/message", ("keys", "CC 3 = 5", "unmapped"))) == Line(
        "CC 3 = 5  →  unmapped", "keys\nCC 3 = 5\nunmapped"
    )
    sent = ("10.0.0.2:5", "/slot/1/gain", "-6", "")
    assert osc_line(OscMessage("/osc/message", sent)) == Line(
        "/slot/1/gain -6",
        "10.0.0.2:5\n/slot/1/gain -6",
        ("10.0.0.2:5", "/slot/1/gain"),
        "10.0.0.2:5",
    )
    failed = osc_line(OscMessage("/osc/message", (*sent[:3], "no such slot")))
    assert failed is not None
    assert failed.text == "/slot/1/gain -6\n✕ refused: no such slot"
    assert failed.refused
    for read in (midi_line, osc_line):
        assert read(OscMessage("/osc/message", (1, 2))) is None
        assert read(OscMessage("/elsewhere", ("a", "b", "c", "d"))) is None


def test_the_last_is_at_the_top_and_the_same_again_is_counted(monitor: Monitor) -> None:
    assert monitor.about.text() == "nothing yet"
    for text, key in (("a 1", "a"), ("b 1", "b"), ("b 2", "b"), ("b 3", "b"), ("a 2", "a")):
        monitor.show_line(Line(text, "tip", key))
    assert texts(monitor) == ["a 2", "b 3   ×3", "a 1"]
    for _ in range(2):
        monitor.show_line(Line("c", "tip"))
    assert texts(monitor)[:2] == ["c", "c"]
    monitor.show_line(Line("d", "tip", "d", "keys"))
    assert texts(monitor)[0] == "d\nkeys"
    monitor.clear()
    monitor.show_line(Line("a 3", "tip", "a"))
    assert texts(monitor) == ["a 3"]


def test_what_was_refused_has_another_colour_in_every_theme(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def colours() -> list[str]:
        return [monitor.list.item(row).foreground().color().name() for row in range(2)]

    monitor.show_line(Line("a", "tip"))
    monitor.show_line(Line("b", "tip", refused=True))
    assert colours() == [theme.BAD, theme.TEXT]
    for name, colour in (("BAD", LIGHT["BAD"]), ("TEXT", LIGHT["TEXT"])):
        monkeypatch.setattr(theme, name, colour)
    QApplication.sendEvent(monitor, QEvent(QEvent.Type.PaletteChange))
    assert colours() == [LIGHT["BAD"], LIGHT["TEXT"]]


def test_it_is_bounded(monitor: Monitor) -> None:
    for number in range(MOST_SHOWN + 20):
        monitor.show_line(Line(str(number), ""))
    assert monitor.list.count() == MOST_SHOWN
    assert texts(monitor)[0] == str(MOST_SHOWN + 19)


def test_it_asks_again_in_time_and_not_an_engine_without_one(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    link = monitor._link
    monkeypatch.setattr(link, "send", lambda address, *arguments: sent.append(address))
    monkeypatch.setattr("rtsynth_gui.activity.monitor.time.monotonic", lambda: 100.0)
    link.answering = True
    monitor.renew(1e9)
    assert sent == []
    monitor.ask()
    monitor.renew(100.0 + RENEW_S)
    assert sent == ["/osc/monitor"]
    monitor.renew(101.0 + RENEW_S)
    assert len(sent) == 2
    monitor.refused(["/midi/monitor"])
    assert monitor.about.text() == "nothing yet"
    monitor.refused(["/osc/monitor"])
    monitor.renew(1e9)
    assert len(sent) == 2
    assert monitor.about.text() == "another version"


def test_what_is_said_over_an_empty_list(monitor: Monitor) -> None:
    monitor.ask()
    monitor.say_nothing_came("no input is open")
    assert monitor.about.text() == "no input is open"
    monitor.show_line(Line("a", "tip"))
    monitor.say_nothing_came("nothing yet")
    assert "top" in monitor.about.text()
    monitor.clear()
    assert monitor.about.text() == "Nothing has arrived since this list was cleared."
    monitor.say_nothing_came("nothing yet")
    assert "since this list was cleared" in monitor.about.text(), "that was said before"
    monitor.say_nothing_came("no input is open")
    assert monitor.about.text() == "no input is open"


def test_a_long_reason_is_shown_whole(monitor: Monitor) -> None:
    reason = "700 is out of range: " * 6
    monitor.list.resize(200, 300)
    monitor.show()
    monitor.show_line(Line(f"/slot/1/param/pitch 700\n→ {reason}", "tip"))
    height = monitor.list.visualItemRect(monitor.list.item(0)).height()
    assert height > 4 * monitor.fontMetrics().height()
