"""A tier of one plugin in another: what fits, under which names; what is said if it does not."""

from typing import Any

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin
from rtsynth.plugin.exchange import exchanged
from rtsynth.plugin.manifest import Codec
from rtsynth.plugin.provenance import Provenance, StartedFrom
from tests.rtsynth.plugins import tiers_plugin


def changed(plugin: Plugin, **fields: Any) -> Plugin:
    return Plugin(plugin.manifest.model_copy(update=fields), plugin.tensors)


def with_tier(plugin: Plugin, number: int, **fields: Any) -> Plugin:
    tiers = list(plugin.manifest.tiers)
    tiers[number] = tiers[number].model_copy(update=fields)
    return changed(plugin, tiers=tiers)


@pytest.fixture
def one() -> Plugin:
    return tiers_plugin(seed=1)


@pytest.fixture
def two() -> Plugin:
    """Other weights, and a wider middle tier."""
    return changed(tiers_plugin(seed=2, hidden=(20, 40, 33)), name="other")


def test_the_middle_tier_is_that_of_the_other(one: Plugin, two: Plugin) -> None:
    manifest, tensors = exchanged(one, "timbre", two)
    assert [tier.name for tier in manifest.tiers] == ["motion", "timbre", "audio"]
    assert manifest.name == "three, timbre of other"
    assert manifest.tiers[1].config["hidden_size"] == 40
    assert manifest.tiers[::2] == one.manifest.tiers[::2]
    assert tensors.keys() == one.tensors.keys()
    for name, tensor in tensors.items():
        whose = two if name.startswith("timbre.") else one
        np.testing.assert_array_equal(tensor, whose.tensors[name])


def test_licences_and_data_are_those_of_both(one: Plugin, two: Plugin) -> None:
    ours = Provenance(dataset="bells", dataset_licence="CC0", held_out_bits_per_sample=2.0)
    origin = StartedFrom(name="drops", content_hash="7" * 32, licence="GPL-3.0")
    theirs = Provenance(dataset="rain", dataset_licence="CC BY 4.0", steps=7, started_from=[origin])
    manifest, _ = exchanged(
        changed(one, licence="MIT", provenance=ours), "timbre",
        changed(two, licence="GPL-3.0", provenance=theirs),
    )  # fmt: skip
    assert manifest.licence == "MIT; GPL-3.0"
    assert manifest.provenance == Provenance(
        dataset="bells; rain", dataset_licence="CC0; CC BY 4.0", started_from=[origin]
    )
    alike, _ = exchanged(changed(one, licence="MIT"), "timbre", changed(two, licence="MIT"))
    assert alike.licence == "MIT"
    silent = changed(two, licence="", provenance=Provenance())
    manifest, _ = exchanged(changed(one, licence="MIT", provenance=ours), "timbre", silent)
    assert manifest.licence == "MIT; not stated"
    assert manifest.provenance.dataset_licence == "CC0; not stated"


def test_a_tier_of_another_name_takes_the_name(one: Plugin, two: Plugin) -> None:
    """With its rest state and the values before that."""
    tensors = {
        (f"motor.{name[7:]}" if name.startswith("motion.") else name): tensor
        for name, tensor in two.tensors.items()
    }
    tensors |= {
        "rest.motor": np.ones((1, 20), np.float32),
        "heard.motor": np.ones(3, np.float32),
        "rest.audio": np.zeros((1, 33), np.float32),
    }
    renamed = Plugin(with_tier(two, 0, name="motor").manifest, tensors)
    manifest, found = exchanged(one, "motion", renamed)
    assert manifest.tiers[0].name == "motion"
    assert {"rest.motion", "heard.motion"} <= found.keys()
    assert "rest.audio" not in found
    assert not any(name.startswith(("motor.", "rest.motor")) for name in found)


def test_audio_brings_its_excerpt_and_sampling(one: Plugin, two: Plugin) -> None:
    golden = {"golden.codes": np.zeros(4, np.int64)}
    sampling = two.manifest.sampling.model_copy(update={"temperature": 0.7})
    loud = Plugin(changed(two, sampling=sampling).manifest, two.tensors | golden)
    manifest, tensors = exchanged(one, "audio", loud)
    assert manifest.sampling.temperature == 0.7
    assert "golden.codes" in tensors
    assert "golden.codes" not in exchanged(one, "timbre", loud)[1]


@pytest.mark.parametrize(
    ("tier", "change", "problem"),
    [
        ("upper", lambda p: p, "has no tier 'upper'; there are motion, timbre, audio"),
        ("timbre", lambda p: with_tier(p, 1, outputs=["mfcc1"]), "no tier that generates mfcc1, "),
        ("timbre", lambda p: with_tier(p, 1, rate_hz=250), "500 Hz and 250 Hz"),
        ("timbre", lambda p: with_tier(p, 1, conditioning=["pitch"]), "conditioned on centroid, "),
        (
            "audio",
            lambda p: changed(p, codec=Codec(name="mu_law", levels=256)),
            "other codes of audio",
        ),
        (
            "motion",
            lambda p: changed(
                p,
                parameters=[
                    each.model_copy(update={"network_maximum": 9000.0})
                    if each.name == "centroid" else each for each in p.parameters
                ],
            ),
            "'centroid' is 0 to 5000 there and 0 to 9000 here",
        ),
        ("motion", lambda p: changed(p, initial_state="uniform_0.05"), "initial_state is 'zeros'"),
    ],
)  # fmt: skip
def test_what_differs_is_said(
    one: Plugin, two: Plugin, tier: str, change: Any, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        exchanged(one, tier, change(two))
