"""The window's settings are read again; what is damaged is said in one line."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.settings.kept import Kept, kept_file, kept_or_default, read_kept, write_kept


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path / "window"))
    return tmp_path / "window"


def test_what_is_kept_is_read_again(folder: Path) -> None:
    assert kept_file() == folder / "window.json"
    assert read_kept(kept_file()) == Kept("dark", 1.0)
    write_kept(
        kept_file(),
        Kept("light", 1.5, dismissed=("midi",), keeps_training=False, chosen={"a": "b"}),
    )
    assert kept_or_default() == (
        Kept("light", 1.5, dismissed=("midi",), keeps_training=False, chosen={"a": "b"}),
        "",
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{", "not JSON"),
        ("[" * 60_000, "not JSON"),
        ("[" * 100_000, "larger than"),
        ("[]", "format"),
        ('{"format": 2}', "format"),
        ('{"format": 1, "theme": "pink"}', "theme: none of dark, light, system"),
        ('{"format": 1, "theme": ["dark"]}', "theme"),
        ('{"format": 1, "scale": 40}', "scale: none of 1.0"),
        ('{"format": 1, "scale": "NaN"}', "scale"),
        ('{"format": 1, "language": 5}', "language: not a text"),
        ('{"format": 1, "dismissed": "midi"}', "dismissed: not a list of texts"),
        ('{"format": 1, "dismissed": [1]}', "dismissed"),
        ('{"format": 1, "chosen": {"format of takes": 3}}', "chosen: not a table of texts"),
        ('{"format": 1, "keeps_training": "no"}', "keeps_training: none of True, False"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, text: str, names: str) -> None:
    folder.mkdir()
    kept_file().write_text(text)
    with pytest.raises(InputError) as raised:
        read_kept(kept_file())
    message = str(raised.value)
    assert str(kept_file()) in message
    assert names in message
    assert "delete it" in message or names == "larger than"
    assert "\n" not in message
    assert kept_or_default() == (Kept(), message)
    assert kept_file().read_text() == text  # nobody's work is written over


def test_a_language_of_another_version_costs_nothing_else() -> None:
    write_kept(kept_file(), Kept("light", 1.5, "xx"))
    kept, problem = kept_or_default()
    assert kept == Kept("light", 1.5, "xx")  # and is still there for that version
    assert kept.shown_language == "system"
    assert str(kept_file()) in problem
    assert "language: 'xx' is none of de, en" in problem
