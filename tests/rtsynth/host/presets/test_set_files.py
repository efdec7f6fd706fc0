"""Where sets are, and what is said of one that is not there or damaged."""

from dataclasses import replace
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.performance import to_document
from rtsynth.host.presets.set_files import read_set, set_files
from tests.rtsynth.host.test_performance import KEPT


def test_a_set_is_a_performance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path))
    path = set_files().write("first half", to_document(KEPT))
    assert path == tmp_path / "first half.json"
    assert read_set("first half") == KEPT
    with pytest.raises(InputError, match="set 'x' does not exist; saved sets: first half"):
        read_set("x")
    path.write_text("{}")
    with pytest.raises(InputError, match="damaged .*save the set 'first half' again"):
        read_set("first half")


def test_a_set_does_not_say_where_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session does: there is a `takes` section, from wherever the file may come."""
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path))
    foreign = replace(KEPT, sections={**KEPT.sections, "takes": "/home/somebody/.profile"})
    set_files().write("foreign", to_document(foreign))
    assert "somebody" in (tmp_path / "foreign.json").read_text()
    assert read_set("foreign") == KEPT
