"""Manifests of several tiers: what they may say, and what is refused in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError, PluginError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.plugin import Manifest, load, save
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_manifest, tiers_plugin


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    plugin = tiers_plugin()
    path = tmp_path / "x.safetensors"
    save(path, plugin.manifest, plugin.tensors)
    assert load(path).manifest == plugin.manifest


def test_who_makes_what() -> None:
    manifest = tiers_manifest()
    motion, timbre, _ = manifest.tiers
    assert manifest.generated == dict.fromkeys(MOTION, motion) | dict.fromkeys(TIMBRE, timbre)
    assert manifest.audio_codec.name == "mu_law_floor"


def test_tiers_may_share_a_rate() -> None:
    manifest = tiers_manifest(rates_hz=(16_000, 16_000, 16_000))
    assert [tier.rate_hz for tier in manifest.tiers] == [16_000] * 3


def _raw() -> Any:
    return tiers_manifest().model_dump()


def _rate_that_does_not_divide(raw: Any) -> None:
    raw["tiers"][0]["rate_hz"] = 123


def _slower_below_faster(raw: Any) -> None:
    raw["tiers"][0]["rate_hz"], raw["tiers"][1]["rate_hz"] = 500, 125


def _two_makers(raw: Any) -> None:
    raw["tiers"][1]["outputs"][4] = "rmse"
    raw["tiers"][1]["conditioning"].remove("rmse")


def _one_twice(raw: Any) -> None:
    raw["tiers"][0]["outputs"] = ["rmse", "rmse", "pitch"]


def _made_below(raw: Any) -> None:
    raw["tiers"][0]["conditioning"] = ["fill", "mfcc2"]


def _made_by_itself(raw: Any) -> None:
    raw["tiers"][0]["conditioning"] = ["fill", "rmse"]


def _parameters_with_a_codec(raw: Any) -> None:
    del raw["tiers"][2]
    raw["sample_rate_hz"] = 500


def _audio_without_a_codec(raw: Any) -> None:
    raw["codec"] = None


def _unknown_output(raw: Any) -> None:
    raw["tiers"][0]["outputs"][1] = "brightness"


def _unknown_conditioning(raw: Any) -> None:
    raw["tiers"][2]["conditioning"][1] = "brightness"


def _called_rest(raw: Any) -> None:
    raw["tiers"][0]["name"] = "rest"


def _called_golden(raw: Any) -> None:
    raw["tiers"][1]["name"] = "golden"


def _same_names(raw: Any) -> None:
    raw["tiers"][1]["name"] = "motion"


def _audio_in_the_middle(raw: Any) -> None:
    raw["tiers"][1]["outputs"] = []
    raw["tiers"][2]["conditioning"] = []


def _last_at_another_rate(raw: Any) -> None:
    raw["tiers"][2]["rate_hz"] = 8000


def _network_of_parameters_for_audio(raw: Any) -> None:
    raw["tiers"][2]["config"]["network"] = 5


def _network_of_audio_for_parameters(raw: Any) -> None:
    raw["tiers"][0]["config"]["network"] = 6


def _phased_network_3(raw: Any) -> None:
    raw["tiers"][0]["config"] |= {"network": 3, "phased": True}


def _beta_of_nothing(raw: Any) -> None:
    raw["tiers"][0]["beta"] = 0


def _strange_upsampling(raw: Any) -> None:
    raw["parameters"][0]["upsampling"] = "cubic"


def _dotted_parameter(raw: Any) -> None:
    raw["parameters"][13]["name"] = "fill.take"


MISTAKES = [
    (_rate_that_does_not_divide, "tier 'motion' runs at 123 Hz, which does not divide 16000 Hz"),
    (_slower_below_faster, "tier 'timbre' runs at 125 Hz, below one of 500 Hz"),
    (_two_makers, "tiers 'motion' and 'timbre' both make 'rmse'"),
    (_one_twice, "tiers 'motion' and 'motion' both make 'rmse'"),
    (_made_below, "tier 'motion' wants 'mfcc2', which is made by 'timbre'"),
    (_made_by_itself, "tier 'motion' wants 'rmse', which is made by 'motion'"),
    (
        _parameters_with_a_codec,
        "codec: a plugin that generates audio needs one, any other has none",
    ),
    (_audio_without_a_codec, "codec: a plugin that makes audio needs one"),
    (_unknown_output, "tier 'motion' names the unknown parameter 'brightness'"),
    (_unknown_conditioning, "tier 'audio' names the unknown parameter 'brightness'"),
    (_called_rest, "tier 'rest'"),
    (_called_golden, "tier 'golden'"),
    (_same_names, "tier 'motion' is declared twice"),
    (_audio_in_the_middle, "tier 'timbre' generates audio, so it must be the last one"),
    (_last_at_another_rate, "16000 Hz"),
    (
        _network_of_parameters_for_audio,
        "network 5 makes parameters, not audio; take 0 or 6",
    ),
    (_network_of_audio_for_parameters, "config.network: network 6 makes audio, not parameters"),
    (_phased_network_3, "only network 0 has a phased LSTM"),
    (_beta_of_nothing, "beta"),
    (_strange_upsampling, "upsampling"),
    (_dotted_parameter, "'fill.take': names with a dot are the engine's own"),
]


@pytest.mark.parametrize(
    ("spoil", "says"), MISTAKES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_file_that_is_wrong_is_one_clear_line(tmp_path: Path, spoil: Any, says: str) -> None:
    """Written unchecked; it names the file and what is wrong in it."""
    raw = _raw()
    spoil(raw)
    path = tmp_path / "x.safetensors"
    save_file(tiers_plugin().tensors, path, metadata={"rtsynth": json.dumps(raw)})
    with pytest.raises(PluginError) as line:
        compile_plugin(load(path))
    assert str(path) in str(line.value)
    assert says in str(line.value)
    assert "\n" not in str(line.value)


def test_a_plugin_of_parameters_has_no_codec_to_ask_for() -> None:
    manifest = tiers_manifest()
    values = Manifest.model_validate(
        manifest.model_dump()
        | {
            "tiers": [t.model_dump() for t in manifest.tiers[:2]],
            "codec": None,
            "sample_rate_hz": 500,
        }
    )
    with pytest.raises(InputError, match="three: generates parameters, not audio; combine it"):
        _ = values.audio_codec
    tensors = {n: t for n, t in tiers_plugin().tensors.items() if not n.startswith("audio.")}
    assert compile_plugin(type(tiers_plugin())(values, tensors)).plugin.manifest.codec is None


def test_tensors_of_the_wrong_shape_are_named(tmp_path: Path) -> None:
    plugin = tiers_plugin()
    path = tmp_path / "x.safetensors"
    for name, change in (
        ("timbre.pi.bias", lambda tensor: tensor[:-1].copy()),
        ("motion.sigma1.weight_hh_l0", lambda tensor: tensor.T.copy()),
    ):
        tensors = dict(plugin.tensors)
        tensors[name] = change(tensors[name])
        metadata = {"rtsynth": plugin.manifest.model_dump_json()}
        save_file(tensors, path, metadata=metadata)
        with pytest.raises(PluginError, match=name) as line:
            load(path)
        assert "\n" not in str(line.value)


def test_a_golden_excerpt_of_a_plugin_of_parameters_is_refused(tmp_path: Path) -> None:
    import numpy as np

    manifest = tiers_manifest()
    values = manifest.model_copy(
        update={"tiers": manifest.tiers[:2], "codec": None, "sample_rate_hz": 500}
    )
    tensors = {n: t for n, t in tiers_plugin().tensors.items() if not n.startswith("audio.")}
    golden = {
        "golden.codes": np.zeros(3, np.int32),
        "golden.conditioning": np.zeros((3, 3), np.float32),
        "golden.state": np.zeros((1, 24), np.float32),
        "golden.logits": np.zeros((3, 256), np.float32),
    }
    path = tmp_path / "x.safetensors"
    save_file(tensors | golden, path, metadata={"rtsynth": values.model_dump_json()})
    with pytest.raises(PluginError, match=r"golden\.codes.*makes parameters, not audio"):
        load(path)
