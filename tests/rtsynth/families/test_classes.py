"""The conditioning vector of classes: its length and its numbers."""

import numpy as np
import pytest

from rtsynth.families.classes import class_count, class_counts, condition_size
from rtsynth.plugin import Parameter
from tests.rtsynth.families.samplernn_reference import expand_classes, hats
from tests.rtsynth.plugins import samplernn_manifest

VOICE = Parameter(name="voice", minimum=0, maximum=6, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)
TWO = Parameter(name="two", minimum=0, maximum=1, default=0, role="class", smoothing_ms=0)


def test_counts() -> None:
    manifest = samplernn_manifest(parameters=(VOICE, BRIGHT, TWO))
    tier = manifest.tiers[0]
    assert class_counts(manifest, tier) == [7, 1, 2]
    assert condition_size(manifest, tier) == 10
    assert class_count(BRIGHT) == 1
    with pytest.raises(ValueError, match="a class goes from 0 to a whole number"):
        class_count(VOICE.model_copy(update={"maximum": 2.5}))


def test_values_become_weights() -> None:
    """At a class one-hot, between two of them both, and never anything else."""
    values = np.concatenate([np.arange(7), np.linspace(0, 6, 50)])
    rows = np.stack([values / 6, np.linspace(0, 1, len(values))], axis=1)
    expanded = expand_classes(rows, [7, 1])
    assert expanded.shape == (len(values), 8)
    np.testing.assert_allclose(expanded[:7, :7], np.eye(7), atol=1e-12)
    np.testing.assert_allclose(expanded[:, :7].sum(axis=1), 1)
    np.testing.assert_allclose(expanded[:, :7], [hats(value, 7) for value in values], atol=1e-12)
    np.testing.assert_array_equal(expanded[:, 7], rows[:, 1])
    assert expand_classes(np.zeros((3, 0)), []).shape == (3, 0)
