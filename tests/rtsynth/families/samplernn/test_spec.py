"""What a `samplernn` tier is made of, and what is none."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import PluginError
from rtsynth.families.samplernn.spec import FAMILY
from rtsynth.plugin import Manifest, Parameter, save
from tests.rtsynth.plugins import samplernn_manifest

VOICE = Parameter(name="voice", minimum=0, maximum=3, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)


def _refused(manifest: Manifest) -> str:
    with pytest.raises(ValueError, match=".") as info:
        FAMILY.tensor_shapes(manifest, manifest.tiers[0])
    assert "\n" not in str(info.value)
    return str(info.value)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"rnn": "mgu"}, "config.rnn: Input should be 'gru', 'gru_reset_before' or 'lstm'"),
        ({"layers": 0}, "config.layers: Input should be greater than or equal to 1"),
        ({"layers": 6}, "config.layers: Input should be less than or equal to 5"),
        ({"hidden_size": 0}, "config.hidden_size: Input should be greater than or equal to 1"),
        ({"hidden_size": "many"}, "config.hidden_size: Input should be a valid integer"),
        ({"frame_sizes": []}, "config: window: a network without frame_sizes needs one"),
        ({"frame_sizes": [], "window": 0}, "config.window: Input should be greater than or equal"),
        ({"frame_sizes": [8], "window": 8}, "config: window: only a network without frame_sizes"),
        ({"frame_sizes": [1]}, "config.frame_sizes.0: Input should be greater than or equal to 2"),
        ({"frame_sizes": [257]}, "config.frame_sizes.0: Input should be less than or equal to 256"),
        ({"frame_sizes": [16, 6]}, "frame_sizes: 6 must divide 16, the one above it"),
        ({"frame_sizes": [8, 8]}, "frame_sizes: 8 must divide 8, the one above it"),
        ({"frame_sizes": [2, 8]}, "frame_sizes: 8 must divide 2, the one above it"),
        ({"embedding_size": -1}, "config.embedding_size: Input should be greater"),
        ({"activation": "tanh"}, "config.activation: Input should be 'relu' or 'linear'"),
        ({"skip": True}, "config: skip: one layer has none to skip; it takes layers of 2 or more"),
        (
            {"direct": True, "frame_sizes": [], "window": 1, "embedding_size": 0},
            "config: direct: a single tier that reads its codes directly needs embeddings",
        ),
        ({"conditioned": [0]}, "config.conditioned: the tier has no conditioning"),
        ({"conditioned": [2]}, "conditioned: there is no tier 2; they are 0 (top) to 1 (samples)"),
        ({"conditioned": [-1]}, "conditioned: there is no tier -1"),
        ({"conditioned": [0, 0]}, "config: conditioned: tier 0 is named twice"),
        ({"parameters": (VOICE,), "conditioned": []}, "config: conditioned: it names no tier"),
        ({"dropout": 0.1}, "config.dropout: Extra inputs are not permitted"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_a_config_that_is_wrong(config: dict[str, Any], message: str) -> None:
    assert message in _refused(samplernn_manifest(**config))


def test_a_config_that_lacks_a_field() -> None:
    manifest = samplernn_manifest()
    config = {k: v for k, v in manifest.tiers[0].config.items() if k != "frame_sizes"}
    tier = manifest.tiers[0].model_copy(update={"config": config})
    lacking = manifest.model_copy(update={"tiers": [tier]})
    assert _refused(lacking) == "config.frame_sizes: Field required"


def test_it_takes_no_other_tier() -> None:
    manifest = samplernn_manifest()
    tier = manifest.tiers[0]
    two = manifest.model_copy(update={"tiers": [tier, tier.model_copy(update={"name": "b"})]})
    slow = manifest.model_copy(update={"tiers": [tier.model_copy(update={"rate_hz": 8000})]})
    for other in (two, slow):
        assert (
            _refused(other) == "a samplernn tier includes its frame tiers and generates only audio"
        )


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((0, 2.5, None), "a class goes from 0 to a whole number below 1024, not from 0 to 2.5"),
        ((1, 3, None), "a class goes from 0 to a whole number below 1024, not from 1 to 3"),
        ((0, 5000, None), "a class goes from 0 to a whole number below 1024, not from 0 to 5000"),
        ((0, 3, 4), "a class has no network_minimum and network_maximum of its own"),
    ],
)
def test_a_class_whose_bounds_are_no_classes(
    bounds: tuple[float, float, float | None], message: str
) -> None:
    low, high, network = bounds
    parameter = Parameter(
        name="voice", minimum=low, maximum=high, default=low, role="class", network_maximum=network
    )
    assert _refused(samplernn_manifest(parameters=(parameter,))) == f"parameter 'voice': {message}"


def test_a_file_that_is_wrong_is_one_line_with_its_name(tmp_path: Path) -> None:
    manifest = samplernn_manifest(frame_sizes=(16, 6))
    with pytest.raises(PluginError) as info:
        save(tmp_path / "wrong.safetensors", manifest, {})
    assert str(info.value) == (
        f"{tmp_path}/wrong.safetensors: tier 'audio': config: frame_sizes: 6 must divide 16, the "
        "one above it"
    )


def test_shapes_are_pytorchs() -> None:
    manifest = samplernn_manifest("lstm", (8, 2), hidden=5, layers=2, levels=16)
    tier = manifest.tiers[0]
    shapes = FAMILY.tensor_shapes(manifest, tier)
    assert shapes["frame.0.rnn.0.weight_ih"] == (20, 8)
    assert shapes["frame.0.rnn.1.weight_ih"] == shapes["frame.1.rnn.0.weight_ih"] == (20, 5)
    assert shapes["frame.0.output.weight"] == (4 * 5, 5)  # a vector for each frame of 2
    assert shapes["frame.1.output.weight"] == (2 * 5, 5)
    assert shapes["frame.1.expand.weight"] == (5, 2)
    assert "frame.0.expand.weight" not in shapes
    assert shapes["sample.embedding"] == (16, 12)
    assert shapes["sample.1.weight"] == (5, 2 * 12)
    assert "sample.1.bias" not in shapes
    assert shapes["sample.4.weight"] == (16, 5)
    assert FAMILY.state_shape(manifest, tier) == (2 * 2 * 2, 5)


def test_shapes_of_everything_else() -> None:
    """Skips, classes, one-hot codes, one tier."""
    manifest = samplernn_manifest(
        "gru", (8, 2), hidden=5, layers=3, levels=16, skip=True, parameters=(BRIGHT, VOICE),
        conditioned=[0, 2], embedding_size=0,
    )  # fmt: skip
    shapes = FAMILY.tensor_shapes(manifest, manifest.tiers[0])
    assert shapes["frame.0.expand.weight"] == (5, 8)
    assert shapes["frame.0.condition.weight"] == shapes["sample.condition.weight"] == (5, 1 + 4)
    assert "frame.1.condition.weight" not in shapes
    assert shapes["frame.0.rnn.0.weight_ih"] == (15, 5)
    assert shapes["frame.1.rnn.2.weight_ih"] == (15, 5 + 5)
    assert shapes["frame.1.output.weight"] == (2 * 5, 3 * 5)
    assert shapes["sample.1.weight"] == (5, 2 * 16)
    assert "sample.embedding" not in shapes
    alone = samplernn_manifest("lstm", (), hidden=5, layers=2, levels=16, window=7)
    shapes = FAMILY.tensor_shapes(alone, alone.tiers[0])
    assert shapes["sample.1.weight"] == (5, 7 * 12)
    assert shapes["sample.rnn.1.weight_ih"] == (20, 5)
    assert not any(name.startswith("frame") for name in shapes)
    assert FAMILY.state_shape(alone, alone.tiers[0]) == (2 * 2, 5)


def test_shapes_of_a_direct_network() -> None:
    """No dense layer before the first RNN: it reads the conditioning behind its input."""
    manifest = samplernn_manifest(
        "lstm", (8, 2), hidden=5, layers=2, levels=16, direct=True, parameters=(BRIGHT, VOICE),
        conditioned=[0, 1],
    )  # fmt: skip
    shapes = FAMILY.tensor_shapes(manifest, manifest.tiers[0])
    assert shapes["frame.0.rnn.0.weight_ih"] == (20, 8 + 1 + 4)
    assert shapes["frame.1.rnn.0.weight_ih"] == shapes["frame.0.rnn.1.weight_ih"] == (20, 5)
    assert shapes["frame.1.condition.weight"] == (5, 1 + 4)
    assert not {"frame.0.expand.weight", "frame.0.condition.weight"} & shapes.keys()
    alone = samplernn_manifest(
        "gru", (), hidden=5, layers=1, levels=16, window=2, direct=True, parameters=(BRIGHT,)
    )
    shapes = FAMILY.tensor_shapes(alone, alone.tiers[0])
    assert shapes["sample.rnn.0.weight_ih"] == (15, 2 * 12 + 1)
    assert shapes["sample.1.weight"] == (5, 5)
    assert shapes["sample.1.bias"] == (5,)
    assert "sample.condition.weight" not in shapes
