"""Run folders of MTCRNN, whole and changed."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.systems import read_checkpoint
from tests.models.checkpoints.mtcrnn_fixtures import (
    FOLDER,
)

AUDIO, VALUES = FOLDER / "audio_net0", FOLDER / "param_net4"
ARGS, MODEL = Path("log") / "args.txt", Path("model") / "model_2000.pkl"


def refused(path: Path, match: str) -> None:
    with pytest.raises(InputError, match=match) as error:
        read_checkpoint(path)
    assert "\n" not in str(error.value)
