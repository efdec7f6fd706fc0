"""Seeds: whole numbers that a float64 holds exactly, and nothing else."""

import pytest

from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.seeds import LARGEST_SEED, check_seed


@pytest.mark.parametrize("seed", [0, 1, 7.0, LARGEST_SEED])
def test_whole_numbers_pass(seed: float) -> None:
    check_seed(seed)


@pytest.mark.parametrize(
    "seed", [-1, 0.5, LARGEST_SEED + 1, float("nan"), float("inf"), -float("inf")]
)
def test_others_are_refused(seed: float) -> None:
    with pytest.raises(InputError, match=r"seeds are whole numbers from 0 to 2\^53"):
        check_seed(seed)


def test_the_error_is_the_callers() -> None:
    with pytest.raises(ControlError):
        check_seed(-1, ControlError)
