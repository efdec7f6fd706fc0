"""An imported RNNControl checkpoint equals the system it came from."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin, codec
from rtsynth_models.checkpoints.command import import_checkpoint_command
from rtsynth_models.checkpoints.rnncontrol import CHECKPOINT, CONFIG, import_checkpoint
from rtsynth_models.checkpoints.systems import read_checkpoint
from rtsynth_models.checkpoints.torchfile.zipped import read_state_dict
from tests.places import FIXTURES

FIXTURE = FIXTURES / "rnncontrol" / "default"


@pytest.fixture
def golden() -> dict[str, np.ndarray]:
    with np.load(FIXTURE / "golden.npz") as file:
        return dict(file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "run"))


def test_logits_equal_the_systems_own(golden: dict[str, np.ndarray]) -> None:
    plugin = Plugin(*import_checkpoint(FIXTURE))
    logits, state = rtsynth.teacher_force(
        plugin, golden["codes"], golden["cond"], golden["hidden0"]
    )
    np.testing.assert_allclose(logits, golden["logits"], atol=1e-4, rtol=0)
    np.testing.assert_allclose(state.hidden, golden["hidden_end"], atol=1e-4, rtol=0)


def test_codec_equals_the_systems_own(golden: dict[str, np.ndarray]) -> None:
    manifest, _ = import_checkpoint(FIXTURE)
    name, levels = manifest.codec.name, manifest.codec.levels
    np.testing.assert_array_equal(
        codec.encode(name, levels, golden["mulaw_audio"]), golden["mulaw_encoded"]
    )
    np.testing.assert_allclose(
        codec.decode(name, levels, np.arange(256)), golden["mulaw_decoded_0_255"], atol=1e-6
    )


def test_parameters_come_from_the_configuration() -> None:
    manifest, _ = import_checkpoint(FIXTURE)
    assert [(p.name, p.minimum, p.maximum, p.role) for p in manifest.parameters] == [
        ("instid", 0, 1, "class"),
        ("a", 0, 1, "amplitude"),
        ("p", 64, 76, "pitch"),
    ]
    assert manifest.tiers[0].conditioning == ["instid", "a", "p"]


@pytest.mark.parametrize("part", [".", CONFIG, CHECKPOINT])
def test_any_path_of_the_run_will_do(folder: Path, part: str, tmp_path: Path) -> None:
    out = tmp_path / "plugin.safetensors"
    import_checkpoint_command(folder / part, out)
    plugin = rtsynth.load(out)
    assert plugin.name == "run"
    assert rtsynth.render(plugin, seconds=0.1, controls={"p": 70}).size == 1600


@pytest.mark.system
def test_needs_no_torch(folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from rtsynth_models.checkpoints.command import import_checkpoint_command\n"
        "from pathlib import Path\n"
        "import_checkpoint_command(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    out = tmp_path / "p.safetensors"
    subprocess.run([sys.executable, "-c", program, folder, out], check=True, timeout=120)
    assert out.is_file()


def refused(folder: Path, match: str) -> None:
    with pytest.raises(InputError, match=match) as error:
        read_checkpoint(folder)
    assert "\n" not in str(error.value)


def change_weights(folder: Path, change) -> None:
    checkpoint = torch.load(folder / CHECKPOINT, weights_only=True)
    change(checkpoint)
    torch.save(checkpoint, folder / CHECKPOINT)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda c: c["model_state_dict"].pop("decoder.bias"), "'decoder.bias' is missing"),
        (lambda c: c["model_state_dict"].update(extra=torch.ones(1)), "unexpected tensor 'extra'"),
        (
            lambda c: c["model_state_dict"].update({"i2h.weight": torch.ones(48, 9)}),
            r"i2h\.weight is \[48, 9\], the configuration says \[48, 4\]",
        ),
        (
            lambda c: c["model_state_dict"]["gru.weight_hh_l2"].fill_(torch.nan),
            r"gru\.weight_hh_l2 has values that are not finite",
        ),
        (lambda c: c.pop("model_state_dict"), "called 'model_state_dict'"),
    ],
)
def test_weights_that_do_not_fit_are_refused(folder: Path, change, match: str) -> None:
    change_weights(folder, change)
    refused(folder, match)


@pytest.mark.parametrize(
    ("config", "match"),
    [
        ({}, "no model_config"),
        ({"model_config": {}, "data_config": {}}, "no parameter_specs"),
        ({"model_config": {}, "data_config": {"parameter_specs": {"p": (3, 3)}}}, "'p'"),
        ({"model_config": {}, "data_config": {"parameter_specs": {"p": 3}}}, "'p'"),
        (
            {"model_config": {"hidden_size": -4}, "data_config": {"parameter_specs": {}}},
            "hidden_size is -4",
        ),
        (
            {
                "model_config": {
                    "hidden_size": 48,
                    "num_layers": 4,
                    "numtokens": 256,
                    "cond_size": 2,
                },
                "data_config": {"parameter_specs": {"p": (0, 1)}},
            },
            "cond_size is 2",
        ),
    ],
)
def test_configurations_that_make_no_sense_are_refused(
    folder: Path, config: dict, match: str
) -> None:
    torch.save(config, folder / CONFIG)
    refused(folder, match)


class GRUModelConfig:
    """As RNNControl2 calls it today; which class it is makes no difference."""

    def __init__(self, **fields) -> None:
        self.__dict__.update(fields)


SPECS = {"instID": (0.0, 1.0), "a": (np.float32(0), np.float64(1)), "p": [np.int64(64), 76]}
MODEL = {
    "input_size": 1,
    "cond_size": np.int64(3),
    "hidden_size": 48,
    "num_layers": 4,
    "n_q": 1,
    "codebook_size": 256,
}


def save_as_rnncontrol2(folder: Path, model: dict, data: dict) -> None:
    """The fixture, as the present version would have written it."""

    def rename(checkpoint) -> None:
        state = checkpoint["model_state_dict"]
        for part in ("weight", "bias"):
            state[f"decoders.0.{part}"] = state.pop(f"decoder.{part}")

    change_weights(folder, rename)
    config = {
        "model_config": GRUModelConfig(**MODEL | model),
        "data_config": GRUModelConfig(
            **{"parameter_specs": SPECS, "encode": True, "codebook_size": 256} | data
        ),
    }
    torch.save(config, folder / CONFIG)


def test_the_present_rnncontrol2_is_the_same_network(folder: Path) -> None:
    save_as_rnncontrol2(folder, {}, {})
    ours, tensors = import_checkpoint(folder)
    expected, expected_tensors = import_checkpoint(FIXTURE)
    assert ours.parameters == expected.parameters
    assert (ours.codec, ours.tiers) == (expected.codec, expected.tiers)
    for name, tensor in expected_tensors.items():
        np.testing.assert_array_equal(tensors[name], tensor)


@pytest.mark.parametrize(
    ("model", "data", "match"),
    [
        ({}, {"encode": False}, "encode is False: the network was trained on amplitudes"),
        ({"n_q": 8}, {}, "n_q is 8: a network of 8 codebooks of a neural codec"),
        ({"input_size": 128}, {}, "input_size is 128: a network of 128 numbers of a neural codec"),
        ({"num_layers": 10**12}, {}, "num_layers is 1000000000000, expected a whole number 1"),
        ({"hidden_size": [[]] * 100}, {}, "hidden_size is a list, expected"),
        ({"codebook_size": "x" * 10_000}, {}, r"codebook_size is 'x+\.\.\., expected"),
        ({}, {"parameter_specs": {"p": ([], [])}}, r"\['p'\] is a list, expected \(minimum, max"),
        ({}, {"parameter_specs": {"p": (1 << 2000, 0)}}, "'p'"),
        ({}, {"parameter_specs": {(1, 2): (0, 1)}}, "expected"),
        ({}, {"parameter_specs": {f"p{n}": (0, 1) for n in range(200)}}, "has 200 entries"),
        ({}, {"parameter_specs": "x"}, "no parameter_specs"),
    ],
)
def test_what_cannot_be_played_is_refused(
    folder: Path, model: dict, data: dict, match: str
) -> None:
    save_as_rnncontrol2(folder, model, data)
    refused(folder, match)


def test_unknown_and_missing_paths(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_checkpoint(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="known system"):
        read_checkpoint(tmp_path / "empty")
    with pytest.raises(InputError, match="--like what"):
        read_checkpoint(folder, like="what")
    with pytest.raises(InputError, match=r"ends in \.safetensors"):
        import_checkpoint_command(folder, tmp_path / "plugin.bin")


def test_the_fixture_is_the_systems_own_file() -> None:
    """Guards the fixture: torch itself reads the same weights from it."""
    expected = torch.load(FIXTURE / CHECKPOINT, weights_only=True)["model_state_dict"]
    read = read_state_dict(FIXTURE / CHECKPOINT, "model_state_dict")[1]
    assert list(read) == list(expected)
    for name, tensor in expected.items():
        np.testing.assert_array_equal(read[name], tensor.numpy())


class Run(dict):
    """A table of somebody's own, e.g. PyTorch Lightning's."""


def test_a_checkpoint_may_be_a_table_of_another_class(folder: Path) -> None:
    plain = import_checkpoint(folder)
    saved = torch.load(folder / CHECKPOINT, weights_only=False)
    torch.save(Run(saved), folder / CHECKPOINT)
    manifest, tensors = import_checkpoint(folder)
    assert manifest == plain[0]
    for name, tensor in plain[1].items():
        np.testing.assert_array_equal(tensors[name], tensor)


def test_weights_beyond_float32_are_refused(folder: Path) -> None:
    saved = torch.load(folder / CHECKPOINT, weights_only=False)
    state = saved["model_state_dict"]
    state["i2h.bias"] = torch.full_like(state["i2h.bias"], 1e300, dtype=torch.float64)
    torch.save(saved, folder / CHECKPOINT)
    with pytest.raises(InputError, match=r"i2h\.bias has values too large for float32"):
        import_checkpoint(folder)
