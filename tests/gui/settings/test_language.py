"""Every text of the window can be translated, and is, into German."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QTranslator
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError
from rtsynth_gui.panels.side import NAMES
from rtsynth_gui.settings.language import (
    FOLDER,
    PREFIX,
    VARIABLE,
    chosen_language,
    install_translations,
    languages,
)
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer, mixed, tiered
from tests.gui.pseudo import WORD, Pseudo, texts, untranslated

PLACE = re.compile(r"\{[^}]*\}")


def test_the_language_is_the_desktops_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert languages() == ["de", "en"]
    assert chosen_language(["de-AT", "de", "en"]) == "de"
    assert chosen_language(["fr-FR", "de"]) == "de"
    assert chosen_language(["en-GB", "de"]) == "en"
    assert chosen_language(["C"]) == "en"
    assert chosen_language([]) == "en"
    monkeypatch.setenv(VARIABLE, "de")
    assert chosen_language(["en"]) == "de"
    monkeypatch.setenv(VARIABLE, "xx")
    with pytest.raises(InputError, match="RTSYNTH_LANGUAGE=xx: there are de, en"):
        chosen_language(["de"])


def messages(file: Path) -> Iterator[tuple[str, ElementTree.Element]]:
    """(context, message) of a translation's source."""
    root = ElementTree.parse(file).getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield str(context.findtext("name")), message


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_a_translation_is_complete_and_compiled(qt: QApplication, language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(FOLDER / f"{PREFIX}{language}.qm"))
    count = 0
    for context, message in messages(FOLDER / f"{PREFIX}{language}.ts"):
        assert context, f"no context: {message.findtext('source')!r}"
        source, found = str(message.findtext("source")), message.find("translation")
        assert found is not None
        assert found.get("type") is None, f"{context}: {source!r} is not translated yet"
        text = str(found.text)
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source
        assert translator.translate(context, source) == text, "run make translations"
        count += 1
    assert count > 150


def words(described: Any) -> set[str]:
    """All words that an engine says, but for what its fields are called."""
    match described:
        case str():
            return {word.casefold() for word in WORD.findall(described)}
        case dict():
            return set().union(*map(words, described.values()))
        case list():
            return set().union(*map(words, described))
    return set()


@pytest.fixture
def pseudo(qt: QApplication) -> Iterator[None]:
    translator = Pseudo()
    qt.installTranslator(translator)  # an empty one, says what it returns; but it is asked
    yield
    qt.removeTranslator(translator)


@pytest.mark.system
@pytest.mark.parametrize("describe", [mixed, tiered])
def test_every_text_of_the_window_is_translatable(
    describe: Callable[[], Any], pseudo: None, open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer(describes=describe()) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels and window.status.fields)
        check(window, words([peer.describes, peer.status]))


@pytest.mark.system
def test_a_window_without_an_engine_is_translatable(
    pseudo: None, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(1)
    spin(lambda: "not answering" in window.transport.message.toolTip())
    assert untranslated_in(window, set()) == ""


def check(window: Window, engines: set[str]) -> None:
    """No text of a window, its menus included, has a word that is neither the engine's nor in
    brackets."""
    assert set(window.side.pages) <= set(NAMES)
    assert window.current is not None
    window.desk.show_menu(next(iter(window.current.rows.values())), QPoint(0, 0))
    window.browser.library.folders = ["/a/b"]
    window.browser.folders.fill()
    names = window.presets.presets.list
    names.show_names(["x"])
    names.menu_of(names.item(0))
    assert untranslated_in(window, engines) == ""


def untranslated_in(window: Window, engines: set[str]) -> str:
    """A line for each text with words that are neither the engine's nor in brackets."""
    found = [(where, text) for where, text in texts(window) if text]
    assert len(found) > 100
    left = {(where, text): untranslated(text) - engines for where, text in found}
    return "\n".join(f"{place}: {words}" for place, words in left.items() if words)


@pytest.fixture
def german(qt: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(VARIABLE, "de")
    assert install_translations(qt) == "de"
    yield
    for translator in qt.findChildren(QTranslator):
        qt.removeTranslator(translator)
        translator.deleteLater()


@pytest.mark.system
def test_a_window_in_german(german: None, window: Window) -> None:
    assert window.transport.buttons["record"].text() == "Aufnehmen"
    assert window.browser.search.placeholderText() == "Plugins und Presets suchen"
    assert window.deck.level.toolTip().startswith("Ausgangspegel")
    assert window.deck.level.accessibleName() == "Pegel"  # by the class it is derived from
    assert window.minimumSizeHint().width() <= 1280


@pytest.mark.system
def test_every_text_of_the_sources_is_there_to_be_translated(tmp_path: Path) -> None:
    """Where one is missing: `make translations`, then translate it in the .ts file."""
    sources = sorted(map(str, FOLDER.parent.rglob("*.py")))
    found = tmp_path / "found.ts"
    program = str(Path(sys.executable).with_name("pyside6-lupdate"))
    command = [program, *sources, "-locations", "none", "-ts", str(found)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    wanted = {(context, message.findtext("source")) for context, message in messages(found)}
    assert len(wanted) > 150
    for file in FOLDER.glob(f"{PREFIX}*.ts"):
        there = {(context, message.findtext("source")) for context, message in messages(file)}
        assert wanted == there, f"{file}: run make translations"
