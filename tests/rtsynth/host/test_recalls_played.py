"""A state put back every millisecond: nothing jumps, nothing grows, no block is late."""

import pytest

from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.rtsynth.host.recalls_played import Figures, measure

MOST_KB = 1024  # 103 bytes left behind each time are more in 10 s
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
def test_a_thousand_a_second_for_longer(name: str) -> None:
    """`python -m tests.rtsynth.host.recalls_played` gives figures of a minute."""
    check(measure(load(resolve(name)), 10.0))
