"""`rtsynth new` writes a recipe once."""

import shlex
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.cli.new import new
from rtsynth_train.cli.train import read_request
from rtsynth_train.gru.config import GruTrainConfig
from tests.train.recordings import write_set


def test_a_recipe_that_trains_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = write_set(tmp_path / "flutes"), tmp_path / "flutes.toml"
    new(folder, out)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"wrote {out}; train it with: rtsynth train {out}"
    config, run = read_request(out, None, None, False, {})
    assert (config.run.time, config.data.folder) == ("10min", str(folder))
    assert run == Path("runs/flutes")


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    folder, out = write_set(tmp_path / "flutes"), tmp_path / "flutes.toml"
    out.write_text("mine")
    with pytest.raises(InputError, match="is there already; name another --out, or add --force"):
        new(folder, out)
    assert out.read_text() == "mine"
    new(folder, out, "1h", force=True)
    assert 'time = "1h"' in out.read_text()
    assert [path.name for path in tmp_path.glob("*.toml*")] == ["flutes.toml"]
    with pytest.raises(InputError, match=r"ends in \.toml"):
        new(folder, tmp_path / "flutes.txt")


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.toml: the folder .*there does not exist"):
        new(tmp_path / "no recordings", tmp_path / "there" / "x.toml")


def test_the_command_that_is_shown_can_be_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my flutes; $(x).toml"
    new(write_set(tmp_path / "flutes"), out)
    command = capsys.readouterr().out.splitlines()[-1].split("train it with: ")[1]
    assert shlex.split(command) == ["rtsynth", "train", str(out)]
    assert "rtsynth train 'my flutes; $(x).toml'" in out.read_text()


def test_a_short_training_of_notes_is_to_start_from_a_plugin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write_set(tmp_path / "flutes"), tmp_path / "flutes.toml"
    new(folder, out, "3min")
    said = capsys.readouterr().out.splitlines()
    assert said[-1].endswith(f"train it with: rtsynth train {out} --from notes")
    assert any(line.startswith("> 3 min") and "from 'notes'" in line for line in said)
    assert "rtsynth train flutes.toml --from notes" in out.read_text()
    config, _ = read_request(out, None, None, False, {}, start="notes")
    assert isinstance(config, GruTrainConfig)
    assert (config.model.hidden_size, config.model.layers) == (64, 4)
