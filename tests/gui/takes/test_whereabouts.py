"""Where takes are: their files and the trash."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.takes.whereabouts import MOST_KNOWN, TRASH, Whereabouts


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # with the trash
    (tmp_path / "data").mkdir()
    take = tmp_path / "one.wav"
    take.write_bytes(b"1")
    return take


def test_a_take_is_renamed_to_and_fro(take: Path) -> None:
    places = Whereabouts()
    key = places.key(take)
    first = places.now(key)
    places.rename(key, "two")
    second = places.now(key)
    assert first is not None
    assert second is not None
    assert first != second
    assert places.key(take.with_name("two.wav")) == key
    places.put(key, first)
    assert take.read_bytes() == b"1"
    assert places.now(key) == first
    take.with_name("two.wav").write_bytes(b"2")
    with pytest.raises(InputError, match="there is one already"):
        places.put(key, second)
    assert places.now(key) == first


def test_a_take_comes_back_from_the_trash(take: Path) -> None:
    places = Whereabouts()
    key = places.key(take)
    there = places.now(key)
    assert there is not None
    for _ in range(2):
        assert places.delete(key)
        assert (take.exists(), places.now(key)) == (False, TRASH)
        assert places.path(key) == take
        places.put(key, there)
        assert (take.read_bytes(), places.now(key)) == (b"1", there)
    trash = take.parent / "data" / "Trash"
    assert [path for path in trash.rglob("*") if path.is_file()] == []
    places.put(key, TRASH)
    take.write_bytes(b"another")
    with pytest.raises(InputError, match="there is one already"):
        places.put(key, there)
    assert take.read_bytes() == b"another"
    assert places.key(take) != key


def test_what_is_gone_is_nowhere(take: Path) -> None:
    places = Whereabouts()
    key = places.key(take)
    take.unlink()
    assert places.now(key) is None
    with pytest.raises(InputError, match="could not be moved to the trash"):
        places.delete(key)
    assert places.now("take:99") is None
    assert places.path("take:99") is None


def test_they_are_bounded(take: Path) -> None:
    places = Whereabouts()
    key = places.key(take)
    for number in range(MOST_KNOWN):
        places.key(take.with_name(f"{number}.wav"))
    assert places.now(key) is None
