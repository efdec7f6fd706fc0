"""A state put back every millisecond: nothing jumps, nothing grows, no block is late."""

import pytest

from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.rtsynth.host.recalls_played import Figures, measure

MOST_KB = 2048  # a word that is left behind each time is more in a minute
RECALLS_A_BLOCK = 10  # of Python's allocator


def check(figures: Figures) -> None:
    print(figures)
    assert figures.steps[0] <= figures.steps[1], figures
    assert figures.level > 1e-4, figures
    assert figures.grew_kb <= MOST_KB, figures
    assert figures.grew_blocks <= figures.recalls / RECALLS_A_BLOCK, figures
    assert figures.late_cpu == 0, figures
    assert figures.replayed, figures


@pytest.mark.system
def test_a_thousand_a_second() -> None:
    check(measure(load(resolve("clarinet-trumpet")), 2.0, plain_s=2.0, warm_s=1.0))


@pytest.mark.measure
@pytest.mark.alone
@pytest.mark.system
@pytest.mark.parametrize("name", ["clarinet-trumpet", "vessel"])
def test_a_thousand_a_second_for_a_minute(name: str) -> None:
    """`python -m tests.rtsynth.host.recalls_played` gives figures."""
    check(measure(load(resolve(name)), 60.0))
