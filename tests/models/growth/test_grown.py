"""A grown network gives what its source gave, as PyTorch's networks compute both."""

from typing import Any

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import Parameter, Plugin
from rtsynth_models.growth.grown import FAMILIES, grown
from tests.models.growth.nets import TIER, Side, classes, knob, random_codes

EXACT = 2e-5  # float32, sums in another order
PASSING = 0.01  # of the standard deviation of what comes out, where layers pass on

PITCH = knob("pitch", 60, 72, default=66, role="pitch")
LOUD = knob("loudness", 0, 1, default=0.5)

SIZE = {"hidden_size": 12, "layers": 2}
NETWORKS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "gru": ("gru", SIZE, []),
    "one tier": ("samplernn", {"rnn": "gru", "frame_sizes": [], "window": 4} | SIZE, []),
    "one tier, direct": (
        "samplernn",
        {"rnn": "lstm", "frame_sizes": [], "window": 4, "direct": True, "embedding_size": 8} | SIZE,
        [],
    ),
    "one tier, skip": (
        "samplernn", {"rnn": "gru", "frame_sizes": [], "window": 4, "skip": True} | SIZE, [],
    ),
    "one tier, direct, skip": (
        "samplernn",
        {"rnn": "gru", "frame_sizes": [], "window": 4, "direct": True, "skip": True} | SIZE,
        [],
    ),
    "two tiers": ("samplernn", {"rnn": "gru", "frame_sizes": [8]} | SIZE, []),
    "two tiers, the original's GRU": (
        "samplernn", {"rnn": "gru_reset_before", "frame_sizes": [8]} | SIZE, [],
    ),
    "two tiers, direct": (
        "samplernn", {"rnn": "gru", "frame_sizes": [8], "direct": True} | SIZE, [],
    ),
    "three tiers": ("samplernn", {"rnn": "lstm", "frame_sizes": [8, 2]} | SIZE, []),
    "three tiers, skip, one-hot": (
        "samplernn",
        {"rnn": "gru", "frame_sizes": [8, 2], "skip": True, "embedding_size": 0} | SIZE,
        [],
    ),
    "four tiers": ("samplernn", {"rnn": "gru", "frame_sizes": [16, 4, 2]} | SIZE, []),
    "four tiers, sample tier unconditioned": (
        "samplernn", {"rnn": "gru", "frame_sizes": [16, 4, 2], "conditioned": [0, 1]} | SIZE, [],
    ),
    "mtcrnn 0": ("mtcrnn", {"network": 0} | SIZE, []),
    "mtcrnn 0, one-hot": ("mtcrnn", {"network": 0, "one_hot": True} | SIZE, []),
    "mtcrnn 0, phased": ("mtcrnn", {"network": 0, "phased": True} | SIZE, []),
    "mtcrnn 6": ("mtcrnn", {"network": 6} | SIZE, []),
    **{
        f"mtcrnn {number}, values": ("mtcrnn", {"network": number} | SIZE, ["a", "b"])
        for number in range(6)
    },
}  # fmt: skip


def made(name: str, seed: int, parameters: list[Parameter], **changes: Any) -> Side:
    family, config, outputs = NETWORKS[name]
    return Side(family, config | changes, parameters, [knob(each) for each in outputs], seed)


def both(
    source: Side, target: Side, old_values: dict[str, float], new_values: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of the source and of what has grown from it."""
    codes = random_codes()
    if source.outputs:
        values = np.random.default_rng(6).random((40, len(target.outputs))).astype(np.float32)
        names = [each.name for each in target.outputs]
        columns = [names.index(each.name) for each in source.outputs]
        was = source.outputs_of(source.tensors, values[:, columns], old_values)
        out = target.outputs_of(target.grown_from(source), values, new_values)
        return was, out[..., columns]
    was = source.outputs_of(source.tensors, codes, old_values)
    return was, target.outputs_of(target.grown_from(source), codes, new_values)


def deviation(was: np.ndarray, out: np.ndarray) -> float:
    """RMS of the difference in standard deviations of what the source gives."""
    return float(np.sqrt(((was - out) ** 2).mean()) / was.std())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_network_has_the_same_weights(name: str) -> None:
    source, target = made(name, 1, [PITCH, LOUD]), made(name, 2, [PITCH, LOUD])
    for tensor, value in target.grown_from(source).items():
        np.testing.assert_array_equal(value, source.tensors[tensor], err_msg=tensor)


@pytest.mark.parametrize("name", NETWORKS)
def test_more_units(name: str) -> None:
    source, target = made(name, 1, [PITCH]), made(name, 2, [PITCH], hidden_size=19)
    was, out = both(source, target, {"pitch": 63.0}, {"pitch": 63.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


@pytest.mark.parametrize("name", NETWORKS)
def test_more_layers(name: str) -> None:
    source, target = made(name, 1, [PITCH]), made(name, 2, [PITCH], layers=4)
    was, out = both(source, target, {"pitch": 63.0}, {"pitch": 63.0})
    assert deviation(was, out) < PASSING
    if "skip" in name and name != "one tier, skip":  # the outputs of all layers are read
        np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


def test_a_layer_above_one_layer() -> None:
    for name in ("gru", "mtcrnn 5, values", "mtcrnn 4, values", "three tiers"):
        source = made(name, 1, [PITCH], layers=1)
        target = made(name, 2, [PITCH], layers=2, hidden_size=16)
        was, out = both(source, target, {"pitch": 63.0}, {"pitch": 63.0})
        assert deviation(was, out) < PASSING, name


@pytest.mark.parametrize("name", NETWORKS)
def test_another_order_range_and_new_parameters(name: str) -> None:
    source = made(name, 1, [PITCH, LOUD])
    wider = knob("pitch", 48, 96, default=60, role="pitch")
    seen = knob("loudness", 0.1, 0.9, network_minimum=-1, network_maximum=3)
    target = made(name, 2, [seen, knob("bow"), wider], hidden_size=15)
    for bow in (0.0, 0.7):
        values = {"pitch": 70.0, "loudness": 0.3}
        was, out = both(source, target, values, values | {"bow": bow})
        np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "mtcrnn 6"])
def test_a_parameter_that_is_gone_stays_at_its_default(name: str) -> None:
    source, target = made(name, 1, [LOUD, PITCH]), made(name, 2, [PITCH])
    was, out = both(source, target, {"pitch": 61.0}, {"pitch": 61.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())
    moved, _ = both(source, target, {"pitch": 61.0, "loudness": 1.0}, {"pitch": 61.0})
    assert deviation(moved, out) > 0.001  # it does depend on it


@pytest.mark.parametrize("name", NETWORKS)
def test_from_no_parameters_and_to_none(name: str) -> None:
    family, config, outputs = NETWORKS[name]
    plain = {key: value for key, value in config.items() if key != "conditioned"}
    values = [knob(each) for each in outputs]
    nothing = Side(family, plain, [], values, 1)
    some = made(name, 2, [classes("ah", "oh"), PITCH], hidden_size=17)
    was, out = both(nothing, some, {}, {"voice": 1.0, "pitch": 62.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())
    if name == "mtcrnn 6":  # has units for each of its inputs
        with pytest.raises(InputError, match="tier 'audio': network 6 has units for each"):
            made(name, 3, [], hidden_size=17).grown_from(some)
        return
    bare = Side(family, plain | {"hidden_size": 17}, [], values, 1)
    was, out = both(some, bare, {}, {})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


@pytest.mark.parametrize("name", NETWORKS)
def test_more_classes(name: str) -> None:
    source = made(name, 1, [classes("ah", "oh")])
    target = made(name, 2, [classes("ah", "oh", "ee"), LOUD])
    for voice in (0.0, 1.0, 0.4):
        was, out = both(source, target, {"voice": voice}, {"voice": voice})
        np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


def test_classes_with_inputs_of_their_own_are_found_by_label() -> None:
    source = made("two tiers", 1, [classes("ah", "oh")])
    target = made("two tiers", 2, [classes("ee", "oh", "ah")])
    was, out = both(source, target, {"voice": 1.0}, {"voice": 1.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())
    was, out = both(source, target, {"voice": 0.0}, {"voice": 2.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())
    # A new one is the mean of those that there are.
    was, out = both(source, target, {"voice": 0.5}, {"voice": 0.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


def test_pitch_is_found_by_its_role() -> None:
    source = made("gru", 1, [PITCH, LOUD])
    target = made("gru", 2, [LOUD, knob("note", 50, 80, default=60, role="pitch")])
    was, out = both(source, target, {"pitch": 65.0}, {"note": 65.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


@pytest.mark.parametrize("number", range(6))
def test_more_generated_values(number: int) -> None:
    config = {"network": number} | SIZE
    source = Side("mtcrnn", config, [PITCH], [knob("a"), knob("b")], 1)
    target = Side("mtcrnn", config, [PITCH], [knob("c"), knob("b"), knob("a")], 2)
    was, out = both(source, target, {"pitch": 64.0}, {"pitch": 64.0})
    np.testing.assert_allclose(out, was, atol=EXACT * np.abs(was).max())


REFUSED: list[tuple[str, Side, Side]] = [
    (
        r"hidden_size is 8, and 'gru 1' has 12 units, of which none can be left out; set it to 12",
        made("gru", 1, [PITCH]), made("gru", 2, [PITCH], hidden_size=8),
    ),
    (
        "layers is 1, and 'samplernn 1' has 2 layers",
        made("two tiers", 1, []), made("two tiers", 2, [], layers=1),
    ),
    (
        r"frame_sizes is \[4\] here and \[8\] in 'samplernn 1'; set it to \[8\]",
        made("two tiers", 1, []), made("two tiers", 2, [], frame_sizes=[4]),
    ),
    (
        "network is 6 here and 0 in 'mtcrnn 1'",
        made("mtcrnn 0", 1, []), made("mtcrnn 6", 2, []),
    ),
    (
        "is a network of the family gru, and this one of mtcrnn; start from a plugin of the same",
        made("gru", 1, []), made("mtcrnn 0", 2, []),
    ),
    (
        "tier 'audio' does not generate 'b', as 'mtcrnn 1' does; add it to generate",
        made("mtcrnn 0, values", 1, []), Side("mtcrnn", {"network": 0} | SIZE, [], [knob("a")], 2),
    ),
    (
        "parameter 'a' is generated from 0 to 2, by 'mtcrnn 1' from 0 to 1; set network_minimum",
        Side("mtcrnn", {"network": 0} | SIZE, [], [knob("a")], 1),
        Side("mtcrnn", {"network": 0} | SIZE, [], [knob("a", 0, 2)], 2),
    ),
    (
        "parameter 'voice' is a class in what it starts from and not here; give it another name",
        made("gru", 1, [classes("ah", "oh")]), made("gru", 2, [knob("voice")]),
    ),
    (
        "parameter 'voice': class 'oh' is number 1 in what it starts from; give it that number",
        made("gru", 1, [classes("ah", "oh")]), made("gru", 2, [classes("oh", "ee")]),
    ),
    (
        "hidden_size 12 is below the 16 samples of a frame",
        made("four tiers", 1, []), made("four tiers", 2, [PITCH]),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "source", "target"), REFUSED)
def test_what_cannot_be_taken_over(message: str, source: Side, target: Side) -> None:
    with pytest.raises(InputError, match=message) as error:
        target.grown_from(source)
    assert "\n" not in str(error.value)


def test_other_codes_are_refused() -> None:
    source, target = made("gru", 1, []), made("gru", 2, [])
    manifest = source.manifest
    other = manifest.model_copy(
        update={"codec": manifest.audio_codec.model_copy(update={"levels": 32})}
    )
    with pytest.raises(
        InputError, match="has 32 levels, and this network 16; set data.levels = 32"
    ):
        grown(Plugin(other, source.tensors), target.manifest, target.tensors, TIER)
    other = manifest.model_copy(
        update={"codec": manifest.audio_codec.model_copy(update={"name": "mu_law"})}
    )
    with pytest.raises(InputError, match="has codec mu_law, and this network mu_law_round"):
        grown(Plugin(other, source.tensors), target.manifest, target.tensors, TIER)


def test_a_tier_that_generates_something_else_is_no_start() -> None:
    source = made("mtcrnn 0, values", 1, [])
    target = made("mtcrnn 0", 2, [])
    plugin = Plugin(source.manifest, source.tensors)
    assert grown(plugin, target.manifest, target.tensors, TIER) is None


def test_how_much_passing_layers_deviate() -> None:
    """One with smaller weights than those above, as trained ones are, by a thousandth a layer."""
    source, target = made("gru", 1, [PITCH]), made("gru", 2, [PITCH], layers=3)
    for name, value in source.tensors.items():
        if ".gru." in name:
            source.tensors[name] = value * 0.5
    was, out = both(source, target, {"pitch": 63.0}, {"pitch": 63.0})
    assert 1e-6 < deviation(was, out) < 2e-3


def test_a_family_that_cannot_start_from_another_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FAMILIES, "gru")
    first, second = made("gru", 1, []), made("gru", 2, [])
    with pytest.raises(InputError, match=r"family 'gru' cannot start from another; leave --from"):
        second.grown_from(first)
