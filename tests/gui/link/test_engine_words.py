"""Whatever an engine says of its own controls is known to the window, to be translated."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from rtsynth import Host
from rtsynth.common.control_info import Owner
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.engine_words import LONGEST, TEXTS, in_own_language
from rtsynth_gui.link.tips import DESCRIPTIONS
from rtsynth_gui.settings.language import FOLDER, PREFIX
from tests.gui.pseudo import Pseudo, untranslated
from tests.rtsynth.plugins import tiers_plugin


@pytest.fixture
def pseudo(qt: QApplication) -> Iterator[None]:
    translator = Pseudo()
    qt.installTranslator(translator)
    yield
    qt.removeTranslator(translator)


@pytest.mark.system
def test_all_that_a_real_engine_says(pseudo: None) -> None:
    with Host("null", precision="float32") as host:
        host.load(tiers_plugin())
        host.hidden.open(1)
        places = host.describe().places.values()
        controls = [control for place in places for control in place.every_control]
    own = {
        control.name: control.description
        for control in controls
        if control.owner is not Owner.PLUGIN or "layer" in control.name
    }
    said = {
        name: text
        for name, text in own.items()
        if text and name.removeprefix("mixer.") not in DESCRIPTIONS
    }
    assert len(said) > 40
    left = {name: untranslated(in_own_language(text)) for name, text in said.items()}
    assert {name: words for name, words in left.items() if words} == {}


def test_a_result_keeps_its_numbers(qt: QApplication) -> None:
    german = QTranslator()
    assert german.load(str(FOLDER / f"{PREFIX}de.qm"))
    qt.installTranslator(german)
    try:
        said = in_own_language("2.954 bits per sample held out, 800 steps")
        lacks = in_own_language("no audio output device was found")
    finally:
        qt.removeTranslator(german)
    assert said == "2.954 Bit pro Sample bei zurückgehaltenen Aufnahmen, 800 Schritte"
    assert lacks == "Kein Audio-Ausgabegerät gefunden"


def test_names_and_numbers_stay(qt: QApplication) -> None:
    for text in TEXTS:
        said = text.replace("{}", "a {b} c")
        assert in_own_language(said) == said
    assert in_own_language("how full the vessel is {}") == "how full the vessel is {}"
    assert in_own_language("") == ""


def test_a_text_that_is_too_long_stays_whole(pseudo: None) -> None:
    said = "added to "
    assert in_own_language(said + "x" * (LONGEST - len(said))) != said + "x" * (LONGEST - len(said))
    assert in_own_language(said + "x" * LONGEST) == said + "x" * LONGEST


def test_what_a_plugin_says_of_its_parameters_stays(pseudo: None) -> None:
    """Also where the engine might say the same."""
    for owner, name, stays in (
        (Owner.PLUGIN, "wet", True),
        (Owner.PLUGIN, "room.wet", True),
        (Owner.PLUGIN, "audio.layer1_noise", False),
        (Owner.PLUGIN, "audio.frame1_freeze", False),
        (Owner.PARAMETER, "wet.offset", False),
        (Owner.ENGINE, "gain", False),
    ):
        control = Control(name, 0, 1, 0, description="added to reverb", owner=owner)
        assert (control.tip.splitlines()[0] == "added to reverb") is stays, name
