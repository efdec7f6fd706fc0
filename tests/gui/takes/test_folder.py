"""Where takes go."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.takes.folder import FORMATS, make_take, new_take, takes_folder


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path))
    assert takes_folder() == tmp_path
    monkeypatch.delenv("RTSYNTH_TAKES")
    assert takes_folder().name in ("rtsynth", "takes")
    assert takes_folder().is_absolute()


def test_takes_have_names_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path))
    for form in FORMATS:
        take = new_take(form)
        assert take.parent == tmp_path
        assert take.name.startswith("take-20")
        assert take.suffix == f".{form}"


def test_its_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "new" / "takes"))
    assert make_take("wav").parent == tmp_path / "new" / "takes"
    assert (tmp_path / "new" / "takes").is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "file" / "takes"))
    with pytest.raises(InputError, match="takes: cannot be made a folder"):
        make_take("wav")
