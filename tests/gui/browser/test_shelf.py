"""What the browser remembers: written, read again, refused where it is damaged."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.browser.shelf import MOST_OPENED, Shelf, read_shelf, shelf_file


def test_it_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path / "w"))
    assert read_shelf(shelf_file()) == Shelf()
    shelf = Shelf().with_favourite("pops", True).with_favourite("vessel", True)
    shelf = shelf.with_favourite("pops", False).with_opened("/a").with_opened("/b")
    shelf = shelf.with_opened("/a")
    assert shelf == Shelf(("vessel",), ("/a", "/b"))
    shelf.write(shelf_file())
    assert shelf_file().parent == tmp_path / "w"
    assert read_shelf(shelf_file()) == shelf


def test_it_is_bounded() -> None:
    shelf = Shelf()
    for number in range(MOST_OPENED + 5):
        shelf = shelf.with_opened(f"/{number}")
    assert len(shelf.opened) == MOST_OPENED
    assert shelf.opened[0] == f"/{MOST_OPENED + 4}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "format"),
        ('{"format": 2}', "format"),
        ('{"format": 1, "favourites": [3]}', "favourites"),
        ('{"format": 1, "opened": "a"}', "opened"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_damage(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "browser.json"
    path.write_text(text)
    with pytest.raises(InputError, match=words) as refused:
        read_shelf(path)
    assert "browser.json" in str(refused.value)
    assert "delete" in str(refused.value)
    assert path.read_text() == text
