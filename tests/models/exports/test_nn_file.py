"""The modules for nn~: its interface, logits equal to the engine's, sound that repeats."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin
from rtsynth_models.exports.nn_file import ABOUT, TAKEN, attribute_names, nn_module, write_nn
from tests.models.exports.plugins import MANIFESTS, fed, plugin_of, prompt_of
from tests.rtsynth.plugin.tier_plugins import FILL, RMSE, tier_plugin

pytestmark = [
    pytest.mark.system,
    pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning"),
]
STEPS = 200
TOLERANCE = 1e-5  # of the largest logit, or of 1 where that is more
SINGLE = [name for name, manifest in MANIFESTS.items() if len(manifest.tiers) == 1]


def last_tier_of(name: str) -> Plugin:
    """The audio tier of a stack as a plugin of its own."""
    manifest = MANIFESTS[name]
    tier = manifest.tiers[-1]
    alone = manifest.model_copy(update={"tiers": [tier], "name": tier.name})
    return plugin_of(alone)


PLUGINS = {name: plugin_of(MANIFESTS[name]) for name in SINGLE} | {
    f"{name}, audio": last_tier_of(name) for name in ("mtcrnn 3, 4 and 6", "mtcrnn, one-hot")
}


@pytest.mark.parametrize("name", PLUGINS)
def test_it_answers_as_the_engine_does(name: str, tmp_path: Path) -> None:
    """Read back from its file."""
    plugin = PLUGINS[name]
    write_nn(plugin, tmp_path / "it.ts")
    module = torch.jit.load(tmp_path / "it.ts")
    (tier,) = plugin.manifest.tiers
    codes, conditioning = fed(plugin.manifest, tier, STEPS)
    state = None if prompt_of(tier) else plugin.tensors[f"rest.{tier.name}"]
    expected, _ = rtsynth.teacher_force(plugin, codes, conditioning, state)
    with torch.no_grad():
        answers = module.force(torch.from_numpy(codes), torch.from_numpy(conditioning)).numpy()
    assert answers.shape == expected.shape
    off = np.abs(answers - expected).max() / max(1.0, np.abs(expected).max())
    print(f"{name}: off by {off:.1e}")
    assert off <= TOLERANCE


@pytest.mark.parametrize("name", ["gru", "gru, relu", "three tiers, direct", "one tier, one code"])
def test_what_nn_asks_for(name: str, tmp_path: Path) -> None:
    plugin = PLUGINS[name]
    write_nn(plugin, tmp_path / "it.ts")
    said = {ABOUT: ""}
    module = torch.jit.load(tmp_path / "it.ts", _extra_files=said)
    assert json.loads(said[ABOUT])["manifest"] == plugin.manifest.model_dump()
    assert module.get_methods() == ["forward"]
    names = plugin.manifest.tiers[0].conditioning
    channels = max(1, len(names))
    assert module.forward_params.tolist() == [channels, 1, 1, 1]
    assert len(module.forward_input_labels) == channels
    assert len(module.forward_output_labels) == 1
    assert module.get_sample_rate() == 16_000
    attributes = module.get_attributes()
    assert attributes == [*names, "temperature", "min_p", "top_p", "top_k", "seed"]
    defaults = {parameter.name: parameter.default for parameter in plugin.parameters}
    for attribute in attributes:
        kind = getattr(module, f"{attribute}_params").tolist()
        assert kind == ([1] if attribute in ("top_k", "seed") else [2])
        (value,) = getattr(module, f"get_{attribute}")()
        assert value == pytest.approx(defaults.get(attribute, value))
        other = 3 if kind == [1] else 0.5
        assert getattr(module, f"set_{attribute}")(other) == 0
        assert getattr(module, f"get_{attribute}")() == (other,)
    with torch.no_grad():
        for rows, length in ((1, 64), (1, 16), (2, 16)):
            sound = module(torch.zeros(rows, channels, length))
            assert sound.shape == (rows, 1, length)
            assert sound.dtype == torch.float32


def played(module: torch.nn.Module, length: int = 400, *blocks: int, signal: float = 0) -> Tensor:
    x = torch.full((1, int(module.forward_params[0]), length), signal)
    with torch.no_grad():
        pieces = [module(piece) for piece in x.split(list(blocks) or length, dim=2)]
    return torch.cat(pieces, dim=2)[0, 0]


def test_the_same_seed_is_the_same_sound_in_blocks_of_any_length() -> None:
    module = nn_module(PLUGINS["two tiers"])
    module.set_seed(5)
    first = played(module)
    assert len(first.unique()) > 10
    module.set_seed(5)
    torch.testing.assert_close(played(module, 400, 1, 16, 383), first, rtol=0, atol=0)
    module.set_seed(6)
    assert (played(module) != first).any()


def test_signals_are_added_to_attributes() -> None:
    """Up to the ends of the range."""
    plugin = PLUGINS["gru"]
    module, sounds = nn_module(plugin), []
    for attribute, signal in ((66.0, 4.0), (70.0, 0.0), (76.0, 0.0), (70.0, 500.0)):
        for parameter in plugin.parameters:
            getattr(module, f"set_{parameter.name}")(parameter.maximum)
        module.set_pitch(attribute)
        module.set_seed(1)
        sounds.append(played(module, signal=signal))
    torch.testing.assert_close(sounds[0], sounds[1], rtol=0, atol=0)
    torch.testing.assert_close(sounds[2], sounds[3], rtol=0, atol=0)
    assert (sounds[0] != sounds[2]).any()


def test_draws_follow_the_shares_and_the_cuts() -> None:
    module = nn_module(PLUGINS["gru, relu"])
    module.begin(20_000)
    shares = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05] + [1e-9] * 27)
    logits = shares.log().repeat(20_000, 1)

    def counted() -> list[float]:
        return (torch.bincount(module.draw(logits)[:, 0], minlength=32) / 20_000).tolist()[:5]

    assert counted() == pytest.approx(shares[:5].tolist(), abs=0.015)
    module.set_min_p(0.25)
    assert counted() == pytest.approx([0.5 / 0.85, 0.2 / 0.85, 0.15 / 0.85, 0, 0], abs=0.015)
    module.set_min_p(0.0)
    module.set_top_k(2)
    assert counted() == pytest.approx([5 / 7, 2 / 7, 0, 0, 0], abs=0.015)
    module.set_top_k(0)
    module.set_top_p(0.6)
    assert counted() == pytest.approx([5 / 7, 2 / 7, 0, 0, 0], abs=0.015)
    module.set_temperature(0.0)
    assert counted() == [1, 0, 0, 0, 0]


def test_a_parameter_with_a_name_that_is_taken() -> None:
    (tier,) = MANIFESTS["gru"].tiers
    pitch, *others = MANIFESTS["gru"].parameters
    parameters = [pitch.model_copy(update={"name": "seed"}), *others]
    conditioning = ["seed" if name == pitch.name else name for name in tier.conditioning]
    manifest = MANIFESTS["gru"].model_copy(
        update={
            "parameters": parameters,
            "tiers": [tier.model_copy(update={"conditioning": conditioning})],
        }
    )
    module = nn_module(plugin_of(manifest))
    assert "seed_" in module.get_attributes()
    assert module.get_seed_() == (pytest.approx(pitch.default),)


def test_names_of_attributes() -> None:
    names = ["seed", "seed_", "rain.fill", "rain_fill", "pitch", *TAKEN]
    made = attribute_names(names)
    assert made[:5] == ["seed_", "seed__", "rain_fill", "rain_fill_", "pitch"]
    assert len(set(made)) == len(names)
    assert not set(made) & set(TAKEN)


def test_parameters_with_dots_in_their_names() -> None:
    (tier,) = MANIFESTS["gru"].tiers
    new = dict(zip(tier.conditioning, ("rain.fill", "rain_fill", "seed_"), strict=True))
    parameters = [
        each.model_copy(update={"name": new[each.name]}) for each in MANIFESTS["gru"].parameters
    ]
    tiers = [tier.model_copy(update={"conditioning": list(new.values())})]
    manifest = MANIFESTS["gru"].model_copy(update={"parameters": parameters, "tiers": tiers})
    module = nn_module(plugin_of(manifest))
    assert module.get_attributes()[:3] == ["rain_fill", "rain_fill_", "seed_"]
    defaults = {each.name: each.default for each in parameters}
    for name, attribute in zip(new.values(), module.get_attributes(), strict=False):
        assert getattr(module, f"get_{attribute}")() == (pytest.approx(defaults[name]),)
        assert getattr(module, f"{attribute}_params").tolist() == [2]


def test_what_nn_is_not_given(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 3 tiers, and nn~ is given plugins of one"):
        write_nn(plugin_of(MANIFESTS["mtcrnn, one-hot"]), tmp_path / "it.ts")
    with pytest.raises(InputError, match="generates parameters, not audio"):
        write_nn(tier_plugin("motion", 125, [FILL], [RMSE], seed=1), tmp_path / "it.ts")
    assert not (tmp_path / "it.ts").exists()
