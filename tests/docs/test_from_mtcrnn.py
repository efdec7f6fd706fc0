"""The tables of MTCRNN's options: complete, and all that they name is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from rtsynth.cli import find_command
from rtsynth_train.cli.train_tier import FIELDS
from rtsynth_train.tiers.config import TierConfig, TierDataConfig
from tests.places import ROOT

PAGE = ROOT / "docs" / "how-to" / "from-mtcrnn.md"
ARGUMENTS = ROOT / "tests" / "fixtures" / "mtcrnn" / "audio_net0" / "log" / "args.txt"
# Of MTCRNN's generate.py, beside those that it shares with train.py.
GENERATION = {
    "length", "seed", "seed_start", "paramvect self", "paramvect external", "paramvect none",
    "external_array", "external_sr", "out", "save", "rand_prime", "rand_seed", "batch_size", "temp",
    "model_dir", "step", "data_dir", "seq_len",
}  # fmt: skip
KEYS = {"tiers": TierConfig, "data": TierDataConfig}
CODE = re.compile(r"`([^`]+)`")


def rows(command: str) -> list[list[str]]:
    """The cells of the table that has `rtsynth COMMAND` in its head."""
    lines = iter(PAGE.read_text(encoding="utf-8").splitlines())
    assert any(line.startswith(f"| MTCRNN | `rtsynth {command}` |") for line in lines)
    assert next(lines).startswith("|---")
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def flags(command: str) -> set[str]:
    app = typer.Typer(add_completion=False)
    app.command()(find_command(command))
    made: Any = get_command(app)
    return {flag for parameter in made.params for flag in parameter.opts}


def test_every_option_of_a_training_has_a_row() -> None:
    known = set(re.findall(r"(\w+)=", Path(ARGUMENTS).read_text()))
    assert {name for row in rows("train-tier") for name in CODE.findall(row[0])} == known


def test_every_option_of_a_generation_has_a_row() -> None:
    named = [name for row in rows("render") for name in CODE.findall(row[0])]
    assert sorted(named) == sorted(GENERATION)


@pytest.mark.parametrize("command", ["train-tier", "render"])
def test_each_row_names_a_flag_an_argument_or_what_there_is_none_of(command: str) -> None:
    known = flags(command)
    for row in rows(command):
        named = [word for word in CODE.findall(row[1]) if word.startswith("--")]
        assert set(named) <= known, row
        assert named or row[1].startswith(("the argument ", "not there: ", "nothing")), row


def test_each_key_is_one_and_that_of_the_flag() -> None:
    """`train-tier` is a recipe of one tier, whose keys its table of fields names."""
    for option, _, key, _ in rows("train-tier"):
        if not key:
            continue
        section, _, name = key.strip("`").partition(".")
        assert name in KEYS[section].model_fields, key
        field = FIELDS.get(option.strip("`"))
        assert field is None or f"tiers.{field}" == key.strip("`")


def test_whatever_looks_like_a_key_or_a_flag_is_one() -> None:
    everywhere = {flag for name in ("train-tier", "render", "train", "prepare", "new", "play")
                  for flag in flags(name)}  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    for section, name in re.findall(r"`(tiers|data)\.(\w+)`", text):
        assert name in KEYS[section].model_fields
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= everywhere
