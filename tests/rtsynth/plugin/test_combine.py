"""Several plugins as one: what is kept, what becomes one, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import (
    Parameter,
    Plugin,
    Provenance,
    load,
    save,
)
from rtsynth.plugin.combine import combine
from rtsynth.plugin.provenance import StartedFrom
from tests.rtsynth.plugin.tier_plugins import (
    CENTROID,
    FILL,
    HIDDEN,
    MFCC,
    RMSE,
    knob,
    tier_plugin,
    water_plugin,
)

ORIGIN = StartedFrom(name="pond", content_hash="7" * 32)


@pytest.fixture
def motion() -> Plugin:
    return tier_plugin("motion", 125, [FILL], [RMSE, CENTROID], seed=1)


@pytest.fixture
def timbre() -> Plugin:
    return tier_plugin("timbre", 500, [CENTROID, RMSE], [MFCC], seed=2)


@pytest.fixture
def audio() -> Plugin:
    return water_plugin()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_stack_in_any_order(
    motion: Plugin, timbre: Plugin, audio: Plugin, order: tuple[int, ...], tmp_path: Path
) -> None:
    given = [motion, timbre, audio]
    names = ["motion", "timbre", None]
    manifest, tensors = combine(
        [given[index] for index in order], "vessel", [names[index] for index in order]
    )
    assert [(tier.name, tier.rate_hz) for tier in manifest.tiers] == [
        ("motion", 125),
        ("timbre", 500),
        ("audio", 16_000),
    ]
    assert {name: tier.name for name, tier in manifest.generated.items()} == {
        "rmse": "motion",
        "centroid": "motion",
        "mfcc1": "timbre",
    }
    assert (manifest.name, manifest.sample_rate_hz) == ("vessel", 16_000)
    assert (manifest.codec, manifest.sampling) == (audio.manifest.codec, audio.manifest.sampling)
    for plugin, old, new in (
        (motion, "parameters", "motion"),
        (timbre, "parameters", "timbre"),
        (audio, "audio", "audio"),
    ):
        for key, tensor in plugin.tier_tensors(old).items():
            np.testing.assert_array_equal(tensors[f"{new}.{key}"], tensor)
    for name in ("golden.codes", "golden.conditioning", "golden.logits", "rest.audio"):
        np.testing.assert_array_equal(tensors[name], audio.tensors[name])
    path = tmp_path / "vessel.safetensors"
    save(path, manifest, tensors)
    assert load(path).manifest == manifest


def test_knobs_come_first_and_makers_define_what_they_make(
    motion: Plugin, timbre: Plugin, audio: Plugin
) -> None:
    own = CENTROID.model_copy(update={"default": 300, "description": "the user's"})
    timbre = tier_plugin("timbre", 500, [own, RMSE], [MFCC])
    manifest, _ = combine([audio, timbre, motion], "vessel")
    assert [p.name for p in manifest.parameters] == ["tone", "fill", "mfcc1", "centroid", "rmse"]
    assert manifest.parameters[3] == CENTROID


def tier_names(*plugins: Plugin) -> list[str]:
    return [tier.name for tier in combine(plugins, "vessel")[0].tiers]


def test_tiers_of_the_same_name_are_called_after_their_plugins(
    motion: Plugin, timbre: Plugin, audio: Plugin
) -> None:
    assert tier_names(motion, timbre, audio) == ["motion", "timbre", "audio"]
    manifest, tensors = combine([motion, timbre, audio], "vessel", [None, "parameters", None])
    assert [tier.name for tier in manifest.tiers] == ["motion", "parameters", "audio"]
    np.testing.assert_array_equal(tensors["motion.h2n.bias"], motion.tensors["parameters.h2n.bias"])


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("a/Slow one.safetensors", "b/quick.safetensors", ["slow_one", "quick"]),
        ("a/same.safetensors", "b/same.safetensors", ["same_2", "same"]),
        ("a/2.safetensors", "b/golden.safetensors", ["tier_2", "tier_golden"]),
        ("a/audio.safetensors", "b/---.safetensors", ["audio_2", "tier"]),
        (f"a/{'x' * 99}.safetensors", f"b/{'x' * 99}.safetensors", [f"{'x' * 32}_2", "x" * 32]),
    ],
)
def test_tiers_of_the_same_name_are_called_after_their_files(
    motion: Plugin, timbre: Plugin, audio: Plugin, first: str, second: str, names: list[str]
) -> None:
    one = replace(motion, path=Path(first))
    two = replace(timbre, path=Path(second))
    for order in ((one, two, audio), (audio, two, one)):
        assert tier_names(*order) == [*names, "audio"]


def test_a_file_of_several_tiers_is_put_before_them(
    motion: Plugin, timbre: Plugin, audio: Plugin
) -> None:
    upper = Plugin(*combine([motion, timbre], "upper"), path=Path("upper.safetensors"))
    other = tier_plugin("more", 125, [], [knob("x")], tier="motion")
    assert sorted(tier_names(upper, other, audio)) == ["audio", "more", "timbre", "upper_motion"]


def test_rest_states_follow_their_tiers(motion: Plugin, audio: Plugin) -> None:
    rest = np.full((1, HIDDEN), 0.5, np.float32)
    still = Plugin(motion.manifest, motion.tensors | {"rest.parameters": rest})
    _, tensors = combine([still, audio], "vessel", ["motion", None])
    np.testing.assert_array_equal(tensors["rest.motion"], rest)
    assert "rest.parameters" not in tensors


def test_a_combined_plugin_can_be_combined_again(
    motion: Plugin, timbre: Plugin, audio: Plugin
) -> None:
    upper = Plugin(*combine([motion, timbre], "upper", ["motion", "timbre"]))
    assert upper.manifest.codec is None
    assert upper.manifest.sample_rate_hz == 500
    twice, tensors = combine([audio, upper], "vessel")
    once, expected = combine([audio, motion, timbre], "vessel", [None, "motion", "timbre"])
    assert twice.tiers == once.tiers
    assert tensors.keys() == expected.keys()
    prefixed, _ = combine([audio, upper], "vessel", [None, "up"])
    assert [tier.name for tier in prefixed.tiers] == ["up_motion", "up_timbre", "audio"]


def test_of_equal_rate_the_maker_comes_first(audio: Plugin) -> None:
    first = tier_plugin("a", 250, [FILL], [RMSE], tier="first")
    second = tier_plugin("b", 250, [RMSE], [CENTROID], tier="second")
    third = tier_plugin("c", 250, [CENTROID], [MFCC], tier="third")
    manifest, _ = combine([audio, third, second, first], "vessel")
    assert [tier.name for tier in manifest.tiers] == ["first", "second", "third", "audio"]
    circle = tier_plugin("d", 250, [MFCC], [FILL], tier="fourth")
    with pytest.raises(InputError, match="which is generated by"):
        combine([circle, third, second, first], "vessel")


def test_a_knob_that_two_plugins_have_is_one(motion: Plugin) -> None:
    audio = tier_plugin("water", 16_000, [FILL, RMSE], tier="audio")
    described = FILL.model_copy(update={"description": "how full it is"})
    motion = tier_plugin("motion", 125, [described], [RMSE])
    for pair in ([audio, motion], [motion, audio]):
        manifest, _ = combine(pair, "vessel")
        (fill,) = (p for p in manifest.parameters if p.name == "fill")
        assert fill == described


def test_texts_are_joined_and_numbers_are_the_last_tiers(audio: Plugin) -> None:
    motion = tier_plugin(
        "motion",
        125,
        [FILL],
        [CENTROID],
        licence="CC0",
        provenance=Provenance(
            dataset="bath", recipe="m" * 2000, steps=5, made_by="us", started_from=[ORIGIN]
        ),
    )
    manifest, _ = combine([motion, audio], "vessel")
    assert manifest.licence == "CC0; not stated"  # of the audio plugin
    assert manifest.provenance.dataset == "bath; tank"
    assert manifest.provenance.started_from == [ORIGIN]
    assert (manifest.provenance.made_by, manifest.provenance.steps) == ("us", 900)
    assert manifest.provenance.held_out_bits_per_sample == 3.5
    assert len(manifest.provenance.recipe) == 2000


def _faulty(change: str) -> tuple[list[Plugin], list[str | None] | None]:
    audio = tier_plugin("water", 16_000, [FILL, CENTROID], tier="audio")
    motion = tier_plugin("motion", 125, [FILL], [CENTROID])

    def moved(name: str, **fields: Any) -> Parameter:
        return (FILL if name == "fill" else CENTROID).model_copy(update=fields)

    wide, two = moved("centroid", maximum=8000), tier_plugin("more", 125, [], [CENTROID])
    cases: dict[str, tuple[list[Plugin], list[str | None] | None]] = {
        "one": ([audio], None),
        "two audio": ([audio, tier_plugin("fire", 8000, [], tier="audio")], None),
        "rate": ([audio, tier_plugin("motion", 120, [FILL], [CENTROID])], None),
        "rate above": ([audio, tier_plugin("motion", 32_000, [FILL], [CENTROID])], None),
        "range": ([audio, tier_plugin("motion", 125, [FILL], [wide])], None),
        "knob": (
            [audio, tier_plugin("motion", 125, [moved("fill", unit="%")], [CENTROID])],
            None,
        ),
        "knob range": (
            [audio, tier_plugin("motion", 125, [moved("fill", network_minimum=-1)], [CENTROID])],
            None,
        ),
        "both make": ([audio, motion, two], None),
        "too slow": (
            [tier_plugin("slow", 125, [CENTROID], [RMSE]), tier_plugin("b", 250, [], [CENTROID])],
            None,
        ),
        "state": (
            [audio, tier_plugin("motion", 125, [], [CENTROID], initial_state="uniform_0.05")],
            None,
        ),
        "name": ([audio, motion], [None, "Motion 1"]),
        "reserved": ([audio, motion], [None, "golden"]),
        "twice": ([audio, motion], ["a", "a"]),
        "tiers": (
            [audio, *(tier_plugin(f"p{n}", 125, [], [knob(f"x{n}")]) for n in range(8))],
            None,
        ),
    }
    return cases[change]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("one", "1 plugin given; it takes two or more"),
        ("two audio", "water and fire both generate audio"),
        ("rate", "motion: tier 'parameters' runs at 120 Hz, which does not divide the 16000 Hz of"),
        ("rate above", "runs at 32000 Hz, which does not divide the 16000 Hz of water"),
        ("range", "'centroid': motion generates it as 100 to 8000 and water expects 100 to 4000"),
        ("knob", "knob 'fill' is not the same in water and motion: unit is '' and '%'"),
        ("knob range", "knob 'fill' is not the same .*: network_minimum is 0.0 and -1"),
        ("both make", "motion and more both generate 'centroid'"),
        ("too slow", "is conditioned on 'centroid', which is generated by"),
        ("state", "motion: initial_state is 'uniform_0.05', and 'zeros' in water"),
        ("name", "Motion 1=motion: a tier's name is lower-case"),
        ("reserved", "golden=motion: a tier's name .* not rest or heard or golden"),
        ("twice", "two tiers would be called 'a'"),
        ("tiers", "combine: tiers: .*8"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(change: str, match: str) -> None:
    plugins, names = _faulty(change)
    with pytest.raises(InputError, match=match) as error:
        combine(plugins, "vessel", names)
    assert "\n" not in str(error.value)


def test_plugins_of_one_name_are_distinguished() -> None:
    both = [tier_plugin("same", 16_000, [], tier="audio") for _ in range(2)]
    with pytest.raises(InputError, match=r"same \(plugin 1\) and same \(plugin 2\) both generate"):
        combine(both, "x")
    with pytest.raises(InputError, match=r"same \(plugin 1\) and same \(plugin 2\) both generate"):
        combine([both[0], both[0]], "x")
    file = replace(both[0], path=Path("a.safetensors"))
    with pytest.raises(InputError, match=r"a.safetensors \(plugin 2\) and a.* \(plugin 3\) both"):
        combine([tier_plugin("m", 125, [], [RMSE]), file, file], "x")


def test_tags_are_those_of_all(motion: Plugin, audio: Plugin) -> None:
    slow = replace(motion, manifest=motion.manifest.model_copy(update={"tags": ["water", "slow"]}))
    loud = replace(audio, manifest=audio.manifest.model_copy(update={"tags": ["Water", "loud"]}))
    manifest, _ = combine([slow, loud], "x")
    assert manifest.tags == ["water", "slow", "loud"]
