"""The window speaks the language of the desktop, as far as there is a translation."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError
from rtsynth_gui.language import FOLDER, VARIABLE, chosen_language, languages

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


def messages(language: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """(context, message) of a translation's source."""
    root = ElementTree.parse(FOLDER / f"rtsynth_{language}.ts").getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield str(context.findtext("name")), message


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_a_translation_is_complete_and_compiled(qt: QApplication, language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(FOLDER / f"rtsynth_{language}.qm"))
    count = 0
    for context, message in messages(language):
        source, found = str(message.findtext("source")), message.find("translation")
        assert found is not None
        assert found.get("type") is None, f"{context}: {source!r} is not translated yet"
        text = str(found.text)
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source
        assert translator.translate(context, source) == text, "run make translations"
        count += 1
    assert count > 150
