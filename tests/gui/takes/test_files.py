"""Takes are listed, renamed, deleted and put back; what cannot be done is a line."""

from pathlib import Path

import pytest

from rtsynth_gui.takes.files import TakeFiles
from rtsynth_gui.takes.whereabouts import TRASH


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # with the trash
    for folder in ("takes", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "takes" / "one.wav").write_bytes(b"1")
    return tmp_path / "takes" / "one.wav"


def test_what_is_looked_at(take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = TakeFiles()
    look = files.look([tmp_path / "gone.wav"])
    assert (look.folder, look.there, look.places) == (take.parent, True, {})
    assert [each.path for each in look.takes] == [take]
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "none"))
    assert files.look([]) == (tmp_path / "none", False, [], {})


def test_a_take_is_moved_and_put_back(take: Path) -> None:
    files = TakeFiles()
    renamed = files.rename(take, "two")
    two = take.with_name("two.wav")
    assert (renamed.old, renamed.new, renamed.problem) == (take, two, "")
    assert renamed.before is not None
    assert files.look([]).places == {renamed.key: renamed.now}
    refused = files.rename(two, "a/b")
    assert (refused.key, refused.old, refused.new) == (renamed.key, two, two)
    assert (refused.before, refused.now) == (renamed.now, renamed.now)
    assert "is no name: give 1 to 64 characters" in refused.problem
    deleted = files.delete(two)
    assert (deleted.key, deleted.before, deleted.now) == (renamed.key, renamed.now, TRASH)
    back = files.put(renamed.key, renamed.before)
    assert (back.new, back.now, take.read_bytes()) == (take, renamed.before, b"1")


def test_one_that_is_not_known_any_more(take: Path) -> None:
    unknown = TakeFiles().put("take:99", 1.0)
    assert "no longer known" in unknown.problem
    assert unknown.now is None
