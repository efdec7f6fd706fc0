"""What rendering notes needs is named where it is missing."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.sets.soundfont import require_fluidsynth


def test_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"fluidsynth: program not found \(apt install"):
        require_fluidsynth(tmp_path / "any.sf2")


def test_without_the_sound_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "fluidsynth"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    font = tmp_path / "font.sf2"
    with pytest.raises(InputError, match=r"font\.sf2: sound font not found"):
        require_fluidsynth(font)
    font.touch()
    require_fluidsynth(font)
