"""The banner says one thing at a time, and what is hidden stays so until it is over."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.banner import Banner
from rtsynth_gui.settings.trouble import HIDE, SETTINGS, SILENT, Trouble

GONE = Trouble("gone", "It is <gone>.", ())
SILENCE = Trouble("silent", "No device.", (SETTINGS, HIDE))


@pytest.fixture
def banner(qt: QApplication) -> Banner:
    return Banner()


def shown(banner: Banner) -> list[str]:
    return [action for action, button in banner.buttons.items() if not button.isHidden()]


def test_it_shows_what_is_wrong(banner: Banner) -> None:
    assert banner.isHidden()
    banner.show_trouble(SILENCE)
    assert not banner.isHidden()
    assert banner.text.text() == banner.accessibleName() == "No device."
    assert shown(banner) == [SETTINGS, HIDE]
    banner.show_trouble(GONE)
    assert banner.text.text() == "It is <gone>."
    assert shown(banner) == []
    banner.show_trouble(None)
    assert banner.isHidden()
    banner.close()


def test_buttons(banner: Banner) -> None:
    pressed: list[str] = []
    banner.pressed.connect(pressed.append)
    banner.show_trouble(Trouble("waits", "It is gone.", (SETTINGS, SILENT, HIDE)))
    for action in (SETTINGS, SILENT):
        banner.buttons[action].click()
    assert pressed == [SETTINGS, SILENT]
    banner.close()


def test_what_is_hidden_stays_so_until_it_is_over(banner: Banner) -> None:
    hidden: list[str] = []
    banner.hidden.connect(hidden.append)
    banner.show_trouble(SILENCE)
    banner.buttons[HIDE].click()
    assert hidden == ["silent"]
    banner.show_trouble(SILENCE)
    assert banner.isHidden()
    banner.show_trouble(None)
    banner.show_trouble(SILENCE)
    assert not banner.isHidden()
    banner.close()
