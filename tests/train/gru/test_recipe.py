"""What the recipe of GRUs reads from the names of recordings."""

from pathlib import Path

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipe import Opened, Request
from rtsynth_train.core.table import TABLE
from rtsynth_train.gru.recipe import RECIPE
from tests.train.recordings import RATE_HZ, small_config, write_set


def test_fields_of_file_names() -> None:
    conditioning, rate_hz = RECIPE.file_name_fields(small_config(Path("x")))
    assert ([each.field for each in conditioning], rate_hz) == (["instID", "a", "p"], RATE_HZ)


def test_a_job_of_the_recordings(tmp_path: Path) -> None:
    opened = Opened(Request(tmp_path / "run", torch.device("cpu")), None, print)
    job = RECIPE.make_job(small_config(write_set(tmp_path / "set")), opened)
    assert job.material() == (
        "6 recordings, 0.1 M samples to train on; held out: the last 10% of each"
    )
    assert not (tmp_path / "run").exists()
    short = small_config(write_set(tmp_path / "short", seconds=0.2))
    with pytest.raises(InputError, match="3200 samples are too few"):
        RECIPE.make_job(short, opened)


def test_a_table_of_parameters_is_learned_from(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    (folder / TABLE).write_text("file,p\n")
    config = small_config(folder)
    assert RECIPE.more_files(config, []) == {}
    pitch = config.conditioning[2].model_copy(update={"source": "table"})
    config = config.model_copy(update={"conditioning": [pitch]})
    assert RECIPE.more_files(config, []) == {TABLE: folder / TABLE}
