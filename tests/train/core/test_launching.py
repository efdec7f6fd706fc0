"""What becomes of `rtsynth train --processes N`."""

import sys
from pathlib import Path

import pytest

from rtsynth_train.core.launching import launch_command, launch_environment
from tests.rtsynth.cli.run import refused, rtsynth
from tests.train.recordings import small_config, write_set
from tests.train.together import write_recipe


@pytest.mark.parametrize("option", [["--processes", "2"], ["--processes=2"]])
def test_the_command_is_the_same_but_for_the_option(option: list[str]) -> None:
    command = launch_command(2, ["train", "a.toml", *option, "--set", "x=1"])
    assert command[0] == sys.executable
    assert command[command.index("--nproc-per-node") + 1] == "2"
    assert command[-6:] == ["-m", "rtsynth", "train", "a.toml", "--set", "x=1"]
    assert not any(word.startswith("--processes") for word in command)


def test_each_process_has_one_thread_unless_it_is_said() -> None:
    assert launch_environment({"A": "b"}) == {"A": "b", "OMP_NUM_THREADS": "1"}
    assert launch_environment({"OMP_NUM_THREADS": "3"}) == {"OMP_NUM_THREADS": "3"}


@pytest.mark.system
def test_two_processes_train(tmp_path: Path) -> None:
    config = small_config(write_set(tmp_path / "set", seconds=1.0), optimiser={"steps": 6})
    recipe = write_recipe(tmp_path / "tiny.toml", config)
    done = rtsynth("train", recipe, "--out", tmp_path / "run", "--processes", "2")
    assert done.returncode == 0, done.stderr
    assert "cpu in 2 processes" in done.stderr
    assert (tmp_path / "run" / "tiny.safetensors").exists()
    recipe.write_text(recipe.read_text().replace("batch", "batsh"))
    assert "batsh" in refused("train", recipe, "--out", tmp_path / "none", "--processes", "2")
