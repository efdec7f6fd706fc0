"""Saved states: they come back as they were, and no name leaves the folder."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.performance import KeptSlot, Performance
from rtsynth.host.states import (
    Session,
    list_states,
    read_session,
    read_state,
    write_session,
    write_state,
)

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
     "C:x", "ü/ber"],
)  # fmt: skip
def test_names_cannot_leave_the_folder(folder: Path, name: str) -> None:
    for attempt in (lambda: write_state(name, STATE), lambda: read_state(name)):
        with pytest.raises(InputError, match="state name") as error:
            attempt()
        assert "\n" not in str(error.value)
    assert not folder.exists()


def test_a_state_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(InputError, match="'x' does not exist; saved states: none"):
        read_state("x")
    write_state("b", STATE)
    write_state("a", STATE)
    assert list_states() == ["a", "b"]
    with pytest.raises(InputError, match="saved states: a, b"):
        read_state("x")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": 2, "slots": {}}', '{"format": 1}', "\xff", "[" * 100_000,
     '{"format": 1, "slots": {"one": {}}}', '{"format": 1, "slots": {"1": {"pitch": NaN}}}',
     '{"format": 1, "slots": {"1": {"pitch": 1%s}}}' % ("0" * 400), " " * (1 << 20) + "{}",
     '{"format": 1, "slots": {"%s": {}}}' % ("1" * 5000), r'{"format": 1, "slots": {"\u0661": {}}}',
     '{"format": 1, "slots": {"1": {"pitch": 1%s}}}' % ("0" * 5000),
     '{"format": 1, "slots": {"1": {"pitch": "high"}}}', '{"format": 1, "slots": {"1": []}}'],
)  # fmt: skip
def test_damaged_files_are_one_clear_line(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "x.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"x\.json: damaged") as error:
        read_state("x")
    assert "\n" not in str(error.value)


def test_sessions_come_back(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    assert read_session(path) is None
    slots = {
        1: KeptSlot("one.safetensors", {"pitch": 69.5, "rmse.take": 1.0}, drones=False, seed=7),
        3: KeptSlot("three\udcff.safetensors", {}),  # a name that is not UTF-8
    }
    for session in (
        Session(
            Performance(slots, {"mixer": {"gain_db": -3.0}}),
            "take.wav",
            ("system", "JACK", 48_000, 128),
            {3: ("runs/vessel", "holds")},
        ),
        Session(),
    ):
        write_session(path, session)
        assert read_session(path) == session
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["session.json"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"format": 1, "slots": {}}', '{"format": 1, "slots": {"1": {}}, "loaded": {}}',
     '{"format": 1, "slots": {}, "loaded": {}, "recording": null, "device": 7}',
     '{"format": 1, "slots": {}, "loaded": {}, "recording": null, "device": [1, 2]}',
     '{"format": 1, "slots": {}, "loaded": {}, "recording": null, "device": null, '
     '"following": {"1": "run"}}'],
)  # fmt: skip
def test_damaged_sessions_are_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "session.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"session\.json: damaged") as error:
        read_session(path)
    assert "\n" not in str(error.value)


def test_a_session_is_a_state(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_session(folder / "x.json", Session(Performance({2: KeptSlot("two", {"pitch": 64.0})})))
    assert read_state("x") == {"2": {"pitch": 64.0}}


def test_a_folder_that_cannot_be_made_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RTSYNTH_STATES", str(tmp_path / "file" / "states"))
    with pytest.raises(InputError, match="cannot be made a folder"):
        write_state("x", STATE)
