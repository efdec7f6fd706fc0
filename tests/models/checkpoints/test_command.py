"""`rtsynth import` refuses flags that make no sense before it reads anything."""

from pathlib import Path
from typing import Any

import pytest

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.command import import_checkpoint_command
from tests.places import FIXTURES

CHECKPOINT = FIXTURES / "mtcrnn" / "audio_net0"


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ({"out": Path("a.bin")}, r"--out a.bin: a plugin's name ends in \.safetensors"),
        ({"limits": (1.0, -1.0)}, "--range 1 -1: MIN must be below MAX"),
        ({"limits": (0.0, float("inf"))}, "MIN must be below MAX"),
        ({"limits": (0.0, 1.0), "limits_from": Path("a.wav")}, "give one of them"),
        ({"rate": 999}, "--rate 999: must be 1000 to 384000 Hz"),
        ({"levels": "nonsense"}, "--levels nonsense: expected LEVEL=NAME"),
    ],
)
def test_flags_that_make_no_sense(flags: dict[str, Any], says: str, tmp_path: Path) -> None:
    out = tmp_path / "a.safetensors"
    with pytest.raises(InputError, match=says):
        import_checkpoint_command(tmp_path / "none", **({"out": out} | flags))
    assert not out.exists()


def test_a_plugin_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.safetensors"
    import_checkpoint_command(CHECKPOINT, out)
    assert rtsynth.load(out).manifest.tiers[0].family == "mtcrnn"
    assert capsys.readouterr().out.startswith(f"wrote {out}: imported from MTCRNN: network 0")
