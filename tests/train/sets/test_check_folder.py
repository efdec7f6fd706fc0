"""Every kind of bad recording gets one clear line with its name."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.core.recipes import file_name_fields
from rtsynth_train.sets.check_folder import check_folder
from tests.train.recordings import RATE_HZ, scatter, write_set

GOOD = "x_instID00.00_p64.00_a0.50.wav"
TONE = 0.5 * np.sin(np.arange(RATE_HZ) * 0.2)


def wav(path: Path, audio: np.ndarray, rate: int = RATE_HZ, subtype: str = "FLOAT") -> None:
    sf.write(path, audio, rate, subtype=subtype)


def not_audio(path: Path) -> None:
    path.write_bytes(b"RIFF and then nothing of use")


CASES = {
    "out of phase": (GOOD, lambda p: wav(p, np.stack([TONE, -TONE], axis=1))),
    "clipped": (GOOD, lambda p: wav(p, np.clip(3 * TONE, -1, 1))),
    "silent": (GOOD, lambda p: wav(p, 0 * TONE)),
    "has no samples": (GOOD, lambda p: wav(p, TONE[:0])),
    "too short": (GOOD, lambda p: wav(p, TONE[:2000])),
    "is not a finite number": (
        GOOD,
        lambda p: wav(p, np.where(np.arange(RATE_HZ) == 9, np.nan, TONE)),
    ),
    "not a readable audio file": (GOOD, not_audio),
    "no decimal value for a": ("x_instID00.00_p64.00.wav", lambda p: wav(p, TONE)),
    "no decimal value for p": ("x_instID00.00_p64_a0.50.wav", lambda p: wav(p, TONE)),
    "p is 90, outside 64..76": ("x_instID00.00_p90.00_a0.50.wav", lambda p: wav(p, TONE)),
    "a is 1.5, outside 0.1..1": ("x_instID00.00_p64.00_a1.50.wav", lambda p: wav(p, TONE)),
}


@pytest.mark.parametrize("problem", CASES)
def test_each_problem_is_one_line(tmp_path: Path, problem: str) -> None:
    conditioning = file_name_fields("clarinet-trumpet")[0]
    write_set(tmp_path)
    assert check_folder(tmp_path, conditioning, RATE_HZ) == (6, [])
    name, write = CASES[problem]
    write(tmp_path / name)
    count, lines = check_folder(tmp_path, conditioning, RATE_HZ)
    assert count == 7
    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")
    assert problem in lines[0]
    assert "\n" not in lines[0]


def test_all_problems_of_a_file_are_told(tmp_path: Path) -> None:
    wav(tmp_path / "x_p99.00.wav", np.ones((100, 2)), 8000)
    _, lines = check_folder(tmp_path, file_name_fields("clarinet-trumpet")[0], RATE_HZ)
    assert len(lines) == 5


def test_files_of_every_format_and_depth_are_judged(tmp_path: Path) -> None:
    conditioning = file_name_fields("clarinet-trumpet")[0]
    names = scatter(write_set(tmp_path))
    assert check_folder(tmp_path, conditioning, RATE_HZ) == (6, [])
    for path in tmp_path.rglob("*"):
        if path.name in names:
            stereo = np.stack([TONE, TONE], axis=1)
            sf.write(path, np.tile(stereo, (3, 1)), 44100, subtype="PCM_16")
    assert check_folder(tmp_path, conditioning, RATE_HZ) == (6, [])  # trainers convert them
    for path in tmp_path.rglob("*"):
        if path.name in names:
            sf.write(path, TONE[:4000], RATE_HZ, subtype="PCM_16")
    count, lines = check_folder(tmp_path, conditioning, RATE_HZ)
    assert (count, len(lines)) == (6, 6)
    assert all("0.25 s is too short" in line for line in lines)


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    assert "no such file or folder" in check_folder(tmp_path / "none", [], RATE_HZ)[1][0]
    assert "no audio files" in check_folder(tmp_path, [], RATE_HZ)[1][0]


def test_a_peak_may_touch_full_scale(tmp_path: Path) -> None:
    wav(tmp_path / GOOD, TONE / np.abs(TONE).max(), subtype="PCM_16")
    assert check_folder(tmp_path, [], RATE_HZ) == (1, [])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path)
    prepare(str(tmp_path), check=True)
    assert "6 recordings, all fine" in capsys.readouterr().out
    not_audio(tmp_path / GOOD)
    told = r"1 problem in 7 files .*judged by the recipe clarinet-trumpet \(name yours"
    with pytest.raises(InputError, match=told):
        prepare(str(tmp_path), check=True)
    assert GOOD in capsys.readouterr().out
    with pytest.raises(InputError, match="no such set; known: clarinet-trumpet"):
        prepare("bagpipes", tmp_path)
    with pytest.raises(InputError, match="name the folder"):
        prepare("clarinet-trumpet")
    with pytest.raises(InputError, match="^none: no such file or folder of recordings$"):
        prepare("none", check=True)


RECIPE = """
[plugin]
name = "flute"
[[conditioning]]
field = "p"
name = "pitch"
minimum = 60.0
maximum = 72.0
default = 66.0
"""


def test_a_recipe_of_ones_own_judges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe, folder = tmp_path / "flute.toml", tmp_path / "own"
    recipe.write_text(RECIPE)
    folder.mkdir()
    wav(folder / "flute_p64.00_a0.50.wav", TONE)
    prepare(str(folder), check=True, recipe=str(recipe))
    assert f"1 recordings, all fine, judged by the recipe {recipe}" in capsys.readouterr().out
    wav(folder / "flute_p73.00.wav", TONE)
    with pytest.raises(InputError, match=rf"1 problem in 2 files .*judged by the recipe {recipe}$"):
        prepare(str(folder), check=True, recipe=str(recipe))
    assert "flute_p73.00.wav: p is 73, outside 60..72" in capsys.readouterr().out


def test_the_channel_of_the_recipe_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, folder = tmp_path / "flute.toml", tmp_path / "own"
    folder.mkdir()
    low, high = (0.4 * np.sin(np.arange(RATE_HZ) * 2 * np.pi * hz / RATE_HZ) for hz in (262, 440))
    wav(folder / "flute.wav", np.stack([low, -low], axis=1))
    wav(folder / "flute2.wav", np.stack([low, 0 * low], axis=1))
    text = RECIPE.replace('field = "p"', 'from = "measured"')
    recipe.write_text(text)
    with pytest.raises(InputError, match="2 problems in 2 files"):
        prepare(str(folder), check=True, recipe=str(recipe))
    assert "out of phase" in capsys.readouterr().out
    recipe.write_text(text + "[data]\nchannels = 1\n")
    prepare(str(folder), check=True, recipe=str(recipe))
    assert "2 recordings, all fine" in capsys.readouterr().out
    recipe.write_text(text + "[data]\nchannels = 2\n")
    wav(folder / "flute.wav", np.stack([low, high], axis=1))
    with pytest.raises(InputError):
        prepare(str(folder), check=True, recipe=str(recipe))
    said = capsys.readouterr().out
    assert "flute2.wav: is silent throughout" in said
    assert "flute.wav" not in said


def test_a_recipe_that_cannot_judge_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    for recipe, line in {
        "flute": "--recipe flute: unknown; known: clarinet-trumpet",
        "flute.toml": r"flute\.toml: cannot be read",
        "pops": r"--recipe pops: reads no parameters from file names",
    }.items():
        with pytest.raises(InputError, match=line):
            prepare(str(tmp_path), check=True, recipe=recipe)


def test_names_move_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sf.write(tmp_path / "a\x1b[2J\nb.wav", 0.3 * np.sin(np.arange(1000)), 16_000)
    with pytest.raises(InputError):
        prepare(str(tmp_path), check=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("a\\x1b[2J\\nb.wav: ") for line in lines)
