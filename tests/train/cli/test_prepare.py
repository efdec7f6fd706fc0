"""`rtsynth prepare`: which set, which check, which words."""

from pathlib import Path

import pytest

from rtsynth.cli import main
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
