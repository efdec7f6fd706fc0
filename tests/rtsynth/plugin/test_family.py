"""Families are found by name, and imported without what compiles them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, model_validator

from rtsynth.common.errors import InputError
from rtsynth.plugin import Tier
from rtsynth.plugin.family import LazyTape, find_family, read_config
from tests.places import ROOT


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int

    @model_validator(mode="after")
    def _check(self) -> "Config":
        if self.size == 13:
            raise ValueError("size: 13 is no size")
        return self


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({}, "config.size: Field required"),
        ({"size": "x"}, "config.size: Input should be a valid integer"),
        ({"size": 1, "more": 2}, "config.more: Extra inputs are not permitted"),
        ({"size": 13}, "config: size: 13 is no size"),
    ],
)
def test_a_config_is_refused_by_its_field(config: dict, says: str) -> None:
    tier = Tier(name="audio", family="x", rate_hz=8000, config=config)
    with pytest.raises(ValueError, match=says) as line:
        read_config(tier, Config)
    assert "\n" not in str(line.value)


def test_a_config_is_read() -> None:
    tier = Tier(name="audio", family="x", rate_hz=8000, config={"size": 3})
    assert read_config(tier, Config) == Config(size=3)


def test_an_unknown_family_lists_the_installed() -> None:
    with pytest.raises(InputError, match="family 'wavenet' is not installed; known: .*gru"):
        find_family("wavenet")


def test_a_tape_is_imported_when_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "some_tape.py"
    module.write_text("def write(manifest, tier, tensors, builder):\n    builder.append(tier)\n")
    monkeypatch.syspath_prepend(tmp_path)
    tape, tier = LazyTape("some_tape:write"), Tier(name="audio", family="x", rate_hz=8000)
    assert "some_tape" not in sys.modules
    written: Any = []  # stands for the builder: the tape only appends
    manifest: Any = None
    tape(manifest, tier, {"a": np.zeros(1)}, written)
    assert written == [tier]
    del sys.modules["some_tape"]


@pytest.mark.system
def test_loading_a_file_imports_neither_numba_nor_the_engine() -> None:
    script = (
        "import sys, rtsynth\n"
        "for path in sys.argv[1:]:\n"
        "    rtsynth.load(path)\n"
        "heavy = ('numba', 'llvmlite', 'rtsynth.engine')\n"
        "found = [name for name in sys.modules if name.startswith(heavy)]\n"
        "assert not found, found\n"
    )
    shipped = [str(path) for path in (ROOT / "models" / "plugins").glob("*.safetensors")]
    assert len(shipped) >= 4
    done = subprocess.run(
        [sys.executable, "-c", script, *shipped],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
