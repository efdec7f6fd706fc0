"""The file of options that a machine keeps."""

import json
import platform
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files.kept_options import (
    VARIABLE,
    kept_options_file,
    read_kept_options,
    write_kept_options,
)


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "engine"))
    monkeypatch.setattr(platform, "node", lambda: "stage/box.example.org")
    return tmp_path / "engine" / "stage_box.json"


def test_each_machine_has_its_own(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_options_file() == file
    assert read_kept_options() == {}
    write_kept_options({"device": "card"})
    assert json.loads(file.read_text()) == {"format": 1, "options": {"device": "card"}}
    assert read_kept_options() == {"device": "card"}
    monkeypatch.setattr(platform, "node", lambda: "")
    assert read_kept_options() == {}
    assert kept_options_file() == file.with_name("machine.json")


def test_without_any_there_is_no_file(file: Path) -> None:
    write_kept_options({})
    write_kept_options({"rate": "48000"})
    write_kept_options({})
    assert not file.exists()


def test_it_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = kept_options_file()
    assert path is not None
    assert path.parent.name == "engine"


def test_nothing_is_kept_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert kept_options_file() is None
    write_kept_options({"device": "card"})
    assert read_kept_options() == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("{}", "format: not 1"),
        ('{"format": 1}', "options: not a table"),
        ('{"format": 1, "options": {"rate": 48000}}', "'rate': not a short text"),
        ('{"format": 1, "options": {"device": "' + "x" * 201 + '"}}', "not a short text"),
        (" " * (1 << 14) + "{}", "larger than"),
    ],
)
def test_a_damaged_one_is_named(file: Path, text: str, says: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(InputError) as raised:
        read_kept_options()
    assert str(file) in str(raised.value)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
