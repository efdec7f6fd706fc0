"""Which of the two SampleRNNs a checkpoint is of, by the name of its file."""

import shutil
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.samplernn.checkpoint import IMPORTER
from tests.models.checkpoints.samplernn_fixtures import THEANO, TORCH

RANGE = ImportFlags(limits=(-1.0, 1.0))


def test_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    for path in (TORCH, THEANO[0]):
        assert IMPORTER.find(path) == path
        assert IMPORTER.find(path.parent) == path
    other = tmp_path / "weights.pt"
    other.write_bytes(b"")
    assert IMPORTER.find(other) is None
    assert IMPORTER.find(tmp_path) is None


def test_a_file_of_another_name_is_read_by_its_ending(tmp_path: Path) -> None:
    torch = Path(shutil.copy(TORCH, tmp_path / "a.pt"))
    theano = Path(shutil.copy(THEANO[0], tmp_path / "a.pkl"))
    assert IMPORTER.read(torch, RANGE)[0].audio_codec.name == "linear_inverted"
    assert IMPORTER.read(theano, ImportFlags())[0].audio_codec.name == "linear_samplernn"
    neither = Path(shutil.copy(TORCH, tmp_path / "a.bin"))
    for path in (neither, tmp_path / "none"):
        with pytest.raises(InputError, match="no SampleRNN checkpoint there"):
            IMPORTER.read(path, RANGE)
