"""The plugin in the repository does what its knobs say, and says where it comes from."""

import numpy as np
import pytest

import rtsynth
from rtsynth.plugin.library import resolve
from rtsynth_train.measure.listen_checks import CHECKS, listen
from rtsynth_train.measure.sound import read_reference, reference_path

pytestmark = [pytest.mark.measure, pytest.mark.background]


@pytest.mark.parametrize(("seed", "precision"), [(1, "float32"), (2, "float32"), (1, "int8")])
def test_it_learned(seed: int, precision: str) -> None:
    """Every line of `make pitch-table`."""
    path = resolve("clarinet-trumpet")
    results = listen(rtsynth.load(path), read_reference(reference_path(path)), seed, precision)
    assert len(results) > len(CHECKS)
    assert [result for result in results if not result.passed] == []


def test_it_sounds_from_the_first_block() -> None:
    """The settled rest state: no silence and no burst at the start."""
    audio = rtsynth.render(rtsynth.load(resolve("clarinet-trumpet")), 1.0, seed=2)
    blocks = 10 * np.log10(np.mean(audio.reshape(-1, 800) ** 2, axis=1))
    settled = np.median(blocks[10:])
    assert np.abs(blocks[2:] - settled).max() < 6
    assert blocks[:2].max() < settled + 6
