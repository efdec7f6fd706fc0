"""Which channels there can be."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.outputs import channels_for, check_outputs


@pytest.mark.parametrize(("channels", "outputs"), [(1, "mix"), (64, "mix"), (3, "per-slot")])
def test_these_there_can_be(channels: int, outputs: str) -> None:
    check_outputs(channels, outputs)


@pytest.mark.parametrize(
    ("channels", "outputs", "problem"),
    [
        (0, "mix", "--channels 0: give 1 to 64"),
        (65, "mix", "--channels 65"),
        (2, "each", "--outputs 'each': give mix or per-slot"),
        (2, "per-slot", "--channels 2: --outputs per-slot needs at least 3"),
    ],
)
def test_these_not(channels: int, outputs: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        check_outputs(channels, outputs)


def test_where_none_are_asked_for_there_is_one_for_every_plugin() -> None:
    assert channels_for(None, "mix", 3) == 2
    assert channels_for(None, "per-slot", 3) == 5
    assert channels_for(None, "per-slot", 0) == 3
    assert channels_for(8, "per-slot", 3) == channels_for(8, "mix", 3) == 8
