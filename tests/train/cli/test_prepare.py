"""`rtsynth prepare`: which set, which check, which words."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from rtsynth.cli import main
from rtsynth.plugin import load
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.own.parameters import propose
from rtsynth_train.tiers.config import StackConfig
from rtsynth_train.tiers.data import load_tier_data
from tests.train.own.generated import write_syntex
from tests.train.recordings import write_set, write_tone


def prepare(*words: object) -> int:
    return main(["prepare", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["soup", "out"], "soup: no such set; known: clarinet-trumpet"),
        (["pops"], "prepare pops: name the folder to write, e.g. data/pops"),
        (["pops", "a", "b"], "'b' is one argument too many"),
        (["pops", "a", "--seconds", "0.5"], "--seconds 0.5: not in 1..3600"),
        (["none", "--check"], "none: no such file or folder"),
        (["x", "--check", "--recipe", "soup"], "--recipe soup: unknown"),
        (["x", "--check", "--recipe", "pops"], "reads no parameters from file names"),
    ],
)
def test_what_is_refused_is_one_line(
    words: list[str], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prepare(*words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


@pytest.mark.parametrize("name", ["syntex", "paramManager"])
def test_a_set_of_another_program_trains_after_one_command(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "DS" / "pops", tmp_path / "my pops"
    names = write_syntex(source)
    assert prepare(name, source, out) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{out}: {len(names)} recordings, 2 parameters:"
    assert said[1:3] == [
        "  irreg_exp: 0 to 1; 4 values, one for each recording",
        "  cf: -1 to 1; -1 and 1 are 220 and 880; 2 values, one for each recording",
    ]
    recipe = out / "recipe.toml"
    command = said[3].removeprefix("train them with: ")
    assert shlex.split(command) == ["rtsynth", "train", str(recipe)]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for setting, value in MALLOC_SETTINGS.items():  # otherwise training starts its process again
        monkeypatch.setenv(setting, value)
    stack, _ = read_request(recipe, None, None, False, {})
    assert isinstance(stack, StackConfig)
    data = load_tier_data(stack, stack.tiers[0], shortest=2)
    assert len(data.lengths) == len(names)
    ends = np.unique(data.conditioning, axis=0)
    np.testing.assert_allclose(ends, [[i / 3, cf] for i in range(4) for cf in (0, 1)], atol=1e-6)
    small = ["tiers.audio.hidden_size=8", "tiers.audio.batch_size=2", "tiers.audio.seq_len=64"]
    flags = [word for setting in small for word in ("--set", setting)]
    assert main(["train", str(recipe), "--steps", "2", "--out", "run", *flags]) == 0
    plugin = load(Path("run/my pops.safetensors"))
    assert [each.name for each in plugin.manifest.parameters] == ["irreg_exp", "cf"]
    # The table says the same, for trainers of whole recordings.
    tables = [each.table for each in propose(out, measure=False)]
    assert [(each["name"], each["minimum"], each["maximum"]) for each in tables] == [
        ("irreg_exp", 0.0, 1.0), ("cf", -1.0, 1.0)
    ]  # fmt: skip


def test_what_is_to_be_taken_over_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["syntex"], ["syntex", "a"], ["syntex", "a", "b", "c"]):
        assert prepare(*words) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "prepare syntex: name the folder or .zip of the set, then the folder to wri" in line


def test_a_folder_is_checked_by_the_usual_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_set(tmp_path / "set")
    assert prepare(folder, "--check") == 0
    usual = "judged by the recipe clarinet-trumpet (name yours: --recipe FILE.toml)"
    assert f"{folder}: 6 recordings, all fine, {usual}" in capsys.readouterr().out
    write_tone(folder, 0.0, 20.0, 0.5, 0.6)
    (folder / "plain.wav").write_bytes(next(folder.iterdir()).read_bytes())
    assert prepare(folder, "--check") == 2
    out, err = capsys.readouterr()
    assert "p is 20, outside" in out
    assert "plain.wav: no decimal value for instID" in out
    assert " problems in 8 files (listed above)" in err
