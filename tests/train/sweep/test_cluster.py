"""Whether there is room for a training; with Ray: `tests/train/cli/test_sweep.py`."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.sweep.cluster import check_room

MACHINES = [{"CPU": 8.0, "memory": 1e9}, {"CPU": 2.0, "GPU": 1.0}]


@pytest.mark.parametrize(
    "each", [{"cpu": 8, "gpu": 0.0}, {"cpu": 2, "gpu": 0.5}, {"cpu": 1, "gpu": 1.0}]
)
def test_a_machine_has_room(each: dict[str, float]) -> None:
    check_room(each, MACHINES)


@pytest.mark.parametrize(
    ("each", "needed"),
    [
        ({"cpu": 9, "gpu": 0.0}, "9 CPUs and 0 GPUs"),
        ({"cpu": 4, "gpu": 0.5}, "4 CPUs and 0.5 GPUs"),  # no machine has both
        ({"cpu": 1, "gpu": 2.0}, "1 CPU and 2 GPUs"),
    ],
)
def test_without_room_what_there_is_is_said(each: dict[str, float], needed: str) -> None:
    with pytest.raises(InputError) as raised:
        check_room(each, MACHINES)
    assert str(raised.value) == (
        f"each training needs {needed}, and no machine has that: there are 2 CPUs and 1 GPU;"
        " 8 CPUs and 0 GPUs; give fewer by --threads or --gpus"
    )
