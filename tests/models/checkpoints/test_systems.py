"""Checkpoints of every system are recognised, and --like names one."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.systems import IMPORTERS, read_checkpoint
from tests.places import FIXTURES

OF = {
    "rnncontrol": FIXTURES / "rnncontrol" / "default",
    "samplernn": FIXTURES / "samplernn_theano" / "two_tier_lstm",
    "mtcrnn": FIXTURES / "mtcrnn" / "audio_net0",
}


def test_every_system_has_a_checkpoint_here() -> None:
    assert list(OF) == list(IMPORTERS)


@pytest.mark.parametrize("system", OF)
def test_the_first_that_finds_a_checkpoint_is_its_own(system: str) -> None:
    finding = [name for name, importer in IMPORTERS.items() if importer.find(OF[system])]
    assert finding[0] == system
    made, _ = read_checkpoint(OF[system])
    named, _ = read_checkpoint(OF[system], like=system)
    assert made == named


def test_what_is_of_no_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read_checkpoint(tmp_path / "none")
    with pytest.raises(InputError, match=r"no checkpoint of a known system \(rnncontrol, samplern"):
        read_checkpoint(tmp_path)
    with pytest.raises(InputError, match="--like wavenet: unknown system; known: rnncontrol, "):
        read_checkpoint(tmp_path, like="wavenet")


@pytest.mark.parametrize("system", ["rnncontrol", "mtcrnn"])
def test_flags_are_for_samplernns(system: str) -> None:
    with pytest.raises(InputError, match=f"a checkpoint of {system} stores all of this"):
        read_checkpoint(OF[system], flags=ImportFlags(rate_hz=8000))
