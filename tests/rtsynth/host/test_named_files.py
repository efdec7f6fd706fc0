"""Documents under names: catalogue order, renaming, limits. (Damaged ones: `test_states`.)"""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host import named_files
from rtsynth.host.named_files import NamedFiles, is_name


@pytest.fixture
def files(tmp_path: Path) -> NamedFiles:
    return NamedFiles(tmp_path / "cakes", "cake")


def names(document: named_files.Document) -> str:
    return str(document["text"])


def test_names_are_in_the_order_of_a_catalogue(files: NamedFiles) -> None:
    assert files.names() == []
    for name in ("10 bright", "2 dark", "b", "A", "2 Dark 2", "1.5"):
        files.write(name, {"text": name})
    (files.folder / ".hidden.json").write_text("")
    (files.folder / "other.txt").write_text("")
    assert files.names() == ["1.5", "2 dark", "2 Dark 2", "10 bright", "A", "b"]
    assert [files.read(name, names) for name in files.names()] == files.names()


def test_files_can_be_read_by_people(files: NamedFiles) -> None:
    path = files.write("one", {"text": "a", "numbers": {"b": 1.5}})
    lines = ["{", ' "format": 1,', ' "text": "a",', ' "numbers": {', '  "b": 1.5', " }", "}", ""]
    assert path.read_text().split("\n") == lines


def test_renaming_and_deleting(files: NamedFiles) -> None:
    for name in ("one", "two"):
        files.write(name, {"text": name})
    with pytest.raises(InputError, match="cake 'two' exists already; delete it first"):
        files.rename("one", "two")
    files.rename("one", "three")
    assert files.read("three", names) == "one"
    files.rename("three", "three")
    files.delete("two")
    assert files.names() == ["three"]
    for attempt in (
        lambda: files.delete("two"),
        lambda: files.rename("two", "four"),
        lambda: files.read("two", names),
    ):
        with pytest.raises(InputError, match="cake 'two' does not exist; saved cakes: three"):
            attempt()


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", ".a", "a.", "x" * 65, "a\n"])
def test_names_cannot_leave_the_folder(files: NamedFiles, name: str) -> None:
    assert not is_name(name)
    for attempt in (
        lambda: files.delete(name),
        lambda: files.rename(name, "a"),
        lambda: files.rename("a", name),
    ):
        with pytest.raises(InputError, match="cake name"):
            attempt()


def test_there_are_limits(files: NamedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="cake 'large': larger than 8 MB"):
        files.write("large", {"text": "x" * named_files.LARGEST_BYTES})
    monkeypatch.setattr(named_files, "MOST_NAMES", 2)
    for name in ("a", "b", "b"):
        files.write(name, {"text": name})
    with pytest.raises(InputError, match="2 cakes are kept; delete some"):
        files.write("c", {"text": "c"})
    assert files.names() == ["a", "b"]


def test_a_refusal_names_ten_at_most(files: NamedFiles) -> None:
    for number in range(11):
        files.write(f"n{number}", {})
    with pytest.raises(InputError, match=r"saved cakes: (n\d+, ){10}\.\.\.$"):
        files.delete("other")
