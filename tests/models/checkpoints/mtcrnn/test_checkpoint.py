"""An imported MTCRNN checkpoint has the system's own weights and says what they are."""

import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import MtcrnnConfig
from rtsynth_models.checkpoints.command import import_checkpoint_command
from rtsynth_models.checkpoints.mtcrnn.args import MtcrnnArgs
from rtsynth_models.checkpoints.mtcrnn.checkpoint import import_checkpoint, network_of
from rtsynth_models.checkpoints.systems import read_checkpoint
from rtsynth_models.networks.mtcrnn import Mtcrnn
from tests.models.checkpoints.mtcrnn.runs import ARGS, AUDIO, MODEL, VALUES, refused
from tests.models.checkpoints.mtcrnn_fixtures import (
    FIXTURES,
    golden_of,
    golden_outputs,
    load,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AUDIO, tmp_path / "run"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_manifest_and_tensors_make_the_systems_network(fixture: Path) -> None:
    """Built from nothing but the plugin's contents, it answers as the system does."""
    manifest, tensors = import_checkpoint(fixture)
    (tier,) = manifest.tiers
    network = Mtcrnn(
        MtcrnnConfig(
            generated=len(tier.outputs) or 1,
            conditioning=len(tier.conditioning),
            levels=0 if tier.outputs else manifest.audio_codec.levels,
            **tier.config,
        )
    )
    state = {name.removeprefix(f"{tier.name}."): tensor for name, tensor in tensors.items()}
    network.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in state.items()})
    for name, tensor in load(fixture).state_dict().items():
        np.testing.assert_array_equal(state[name], tensor)
    golden = golden_of(fixture)
    outputs, _ = network(torch.from_numpy(golden["inputs"])[:, None], network.initial_state(1))
    assert outputs.shape[0] == len(golden_outputs(golden))
    assert (tier.family, tier.rate_hz) == ("mtcrnn", 16_000 if not tier.outputs else 125)


def test_an_audio_tier() -> None:
    manifest, _ = import_checkpoint(AUDIO)
    assert manifest.name == "audio_net0"
    assert manifest.codec is not None
    assert (manifest.codec.name, manifest.codec.levels) == ("mu_law_floor", 256)
    assert (manifest.initial_state, manifest.sampling.temperature) == ("zeros", 1.0)
    assert [(p.name, p.minimum, p.maximum) for p in manifest.parameters] == [
        ("c0", 0, 1),
        ("c1", 0, 1),
    ]
    assert manifest.tiers[0].name == "audio"
    assert manifest.tiers[0].conditioning == ["c0", "c1"]
    assert manifest.provenance.steps == 2000


def test_a_parameter_tier() -> None:
    manifest, _ = import_checkpoint(VALUES)
    (tier,) = manifest.tiers
    assert manifest.codec is None
    assert manifest.sample_rate_hz == 125
    assert (tier.name, tier.conditioning) == ("parameters", ["c0", "c1"])
    assert tier.outputs == ["g0", "g1", "g2"]
    assert {p.name: p.network_range for p in manifest.parameters} == dict.fromkeys(
        ["c0", "c1", "g0", "g1", "g2"], (0, 1)
    )


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_becomes_a_plugin_file(fixture: Path, tmp_path: Path) -> None:
    out = tmp_path / "plugin.safetensors"
    import_checkpoint_command(fixture, out)
    assert rtsynth.load(out).manifest == import_checkpoint(fixture)[0]


@pytest.mark.parametrize("network", range(7))
@pytest.mark.parametrize("onehot", [False, True])
def test_sizes_are_those_of_the_network(network: int, onehot: bool) -> None:
    args = MtcrnnArgs(
        net=network,
        plstm=network == 0 and onehot,
        hidden_size=6,
        n_layers=2,
        sample_rate=16_000,
        mulaw_channels=10,
        prop=("a",),
        generate=("audio",) if network in (0, 6) else ("x", "y"),
        onehot=onehot,
        temp=1.0,
    )
    config = network_of(Path("args.txt"), args, network)
    expected = {name: tuple(t.shape) for name, t in Mtcrnn(config).state_dict().items()}
    assert config.tensor_shapes() == expected
    assert config.inputs == args.generated_inputs + 1


@pytest.mark.parametrize("part", [".", "model", MODEL, "log", ARGS])
def test_any_path_of_the_run_will_do(folder: Path, part: str) -> None:
    manifest, _ = read_checkpoint(folder / part)
    assert manifest.name == "run"


def test_the_newest_checkpoint_is_taken_unless_one_is_named(folder: Path) -> None:
    for step in (900, 10_000):
        state = torch.load(folder / MODEL, weights_only=True)
        state["h2o.bias"].fill_(step)
        torch.save(state, folder / "model" / f"model_{step}.pkl")
    for path, step in ((folder, 10_000), (folder / "model" / "model_900.pkl", 900)):
        manifest, tensors = read_checkpoint(path)
        assert manifest.provenance.steps == step
        assert (tensors["audio.h2o.bias"] == step).all()


@pytest.mark.system
def test_needs_no_torch(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from rtsynth_models.checkpoints.systems import read_checkpoint\n"
        "from pathlib import Path\n"
        "read_checkpoint(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", program, VALUES], check=True, timeout=120)


class Attack:
    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple:
        return (os.mkdir, (str(self.proof),))


@pytest.mark.parametrize("zipped", [True, False])
def test_nothing_in_the_checkpoint_is_run(folder: Path, tmp_path: Path, zipped: bool) -> None:
    proof = tmp_path / "proof"
    attack = pickle.dumps({"h2o.bias": Attack(proof)})
    pickle.loads(attack)
    assert proof.exists(), "the attack itself must work"
    proof.rmdir()
    if zipped:
        with zipfile.ZipFile(folder / MODEL, "w") as archive:
            archive.writestr("model/data.pkl", attack)
    else:
        (folder / MODEL).write_bytes(attack)
    refused(folder, "no meaning here" if zipped else "not a file of torch.save")
    assert not proof.exists()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda s: s.pop("h2o.bias"), "'h2o.bias' is missing"),
        (lambda s: s.update(extra=torch.ones(1)), "unexpected tensor 'extra'"),
        (lambda s: s.update({"i2d.bias": torch.ones(48, 1)}), r"i2d\.bias is \[48, 1\]"),
        (lambda s: s["gru.weight_hh_l2"].fill_(torch.nan), r"weight_hh_l2 has values that are not"),
        (lambda s: s["i2d.weight"].fill_(torch.inf), r"i2d\.weight has values that are not finite"),
        (lambda s: s.update({"i2d.bias": torch.ones(48).double() * 1e39}), "too large for float32"),
        (lambda s: s.update({"i2d.bias": torch.ones(48).long()}), "not finite numbers"),
    ],
)
def test_weights_that_do_not_fit_are_refused(folder: Path, change, match: str) -> None:
    state = torch.load(folder / MODEL, weights_only=True)
    change(state)
    torch.save(state, folder / MODEL)
    refused(folder, match)


def test_files_that_are_missing_or_damaged(folder: Path, tmp_path: Path) -> None:
    whole = (folder / MODEL).read_bytes()
    (folder / MODEL).write_bytes(whole[: len(whole) // 2])
    refused(folder, r"model_2000\.pkl: damaged, truncated")
    torch.save([1, 2], folder / MODEL)
    refused(folder, "not a table of tensors")
    (folder / MODEL).unlink()
    refused(folder, r"model: no model_N\.pkl there")
    (folder / MODEL).write_bytes(whole)
    (folder / ARGS).write_bytes(b"\xff\xfe\x00")
    refused(folder, "not the text of a Namespace")
    (folder / ARGS).unlink()
    refused(folder, r"args\.txt: no such file; a checkpoint cannot be read without")
    refused(folder / MODEL, r"args\.txt: no such file")
    alone = Path(shutil.copy(folder / MODEL, tmp_path / "model_5.pkl"))
    refused(alone, r"args\.txt: no such file")
    with pytest.raises(InputError, match="an MTCRNN run folder"):
        read_checkpoint(tmp_path, like="mtcrnn")


def test_nothing_is_written_of_a_checkpoint_that_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / ARGS).write_text("Namespace()")
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(InputError):
        import_checkpoint_command(folder, out / "plugin.safetensors")
    assert list(out.iterdir()) == []
