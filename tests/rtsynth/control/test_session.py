"""Saved states: they come back as they were, and no name leaves the folder."""

from pathlib import Path

import pytest

from rtsynth.control.session import list_states, read_state, write_state
from rtsynth.errors import InputError

STATE = {"1": {"pitch": 69.5, "gain": -6.0}, "2": {"pitch": 64.0}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data" / "states"
    monkeypatch.setenv("RTSYNTH_STATES", str(folder))
    return folder


def test_states_come_back(folder: Path) -> None:
    assert write_state("warm pad-1.2", STATE) == folder / "warm pad-1.2.json"
    assert read_state("warm pad-1.2") == STATE
    write_state("warm pad-1.2", {})
    assert read_state("warm pad-1.2") == {}
    assert [path.name for path in folder.iterdir()] == ["warm pad-1.2.json"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../evil", "a/b", "a\\b", "/etc/passwd", ".hidden", "a.", "a ", "x" * 65, "a\n",
     "C:x", "über"],
)  # fmt: skip
def test_names_cannot_leave_the_folder(folder: Path, name: str) -> None:
    for attempt in (lambda: write_state(name, STATE), lambda: read_state(name)):
        with pytest.raises(InputError, match="state name") as error:
            attempt()
        assert "\n" not in str(error.value)
    assert not folder.exists()


def test_a_state_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(InputError, match="'x' was never saved; saved: none"):
        read_state("x")
    write_state("b", STATE)
    write_state("a", STATE)
    assert list_states() == ["a", "b"]
    with pytest.raises(InputError, match="saved: a, b"):
        read_state("x")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": 2, "slots": {}}', '{"format": 1}', "\xff", "[" * 100_000,
     '{"format": 1, "slots": {"one": {}}}', '{"format": 1, "slots": {"1": {"pitch": NaN}}}',
     '{"format": 1, "slots": {"1": {"pitch": "high"}}}', '{"format": 1, "slots": {"1": []}}'],
)  # fmt: skip
def test_damaged_files_are_one_clear_line(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "x.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"x\.json: damaged") as error:
        read_state("x")
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RTSYNTH_STATES", str(tmp_path / "file" / "states"))
    with pytest.raises(InputError, match="cannot be made a folder"):
        write_state("x", STATE)
