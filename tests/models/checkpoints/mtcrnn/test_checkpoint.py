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
from tests.models.checkpoints.mtcrnn_fixtures import (
    FIXTURES,
    FOLDER,
    golden_of,
    golden_outputs,
    load,
)

AUDIO, VALUES = FOLDER / "audio_net0", FOLDER / "param_net4"
ARGS, MODEL = Path("log") / "args.txt", Path("model") / "model_2000.pkl"


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


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / ARGS).read_text()
    assert old in text
    (folder / ARGS).write_text(text.replace(old, new))


def refused(path: Path, match: str) -> None:
    with pytest.raises(InputError, match=match) as error:
        read_checkpoint(path)
    assert "\n" not in str(error.value)


def test_names_become_valid(folder: Path) -> None:
    edit(folder, "prop=['c0', 'c1']", "prop=['Spectral-Centroid', '2nd']")
    manifest, _ = read_checkpoint(folder)
    assert manifest.tiers[0].conditioning == ["spectral_centroid", "p_2nd"]
    assert manifest.parameters[0].description == "MTCRNN's Spectral-Centroid"


def test_temperatures_become_defaults(folder: Path, tmp_path: Path) -> None:
    edit(folder, "temp=1.0", "temp=0.7")
    assert read_checkpoint(folder)[0].sampling.temperature == 0.7
    values = Path(shutil.copytree(VALUES, tmp_path / "values"))
    edit(values, "temp=1.0", "temp=2")
    assert read_checkpoint(values)[0].tiers[0].beta == 2


@pytest.mark.parametrize(("fixture", "network"), [(AUDIO, 0), (FOLDER / "audio_net6_legacy", 6)])
def test_early_versions_wrote_no_network(fixture: Path, network: int, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fixture, tmp_path / "run"))
    edit(folder, f"net={network}, ", "")
    edit(folder, "plstm=False, ", "")
    assert read_checkpoint(folder)[0].tiers[0].config["network"] == network


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("net=0", "net=9", r"args\.txt: net is 9, an unknown network; known: 0 to 6"),
        ("net=0", "net='0'", "net is '0'"),
        (
            "net=0",
            "net=3",
            "net and generate: network 3 generates parameters, not audio; take 0 or 6",
        ),
        ("net=0", "net=6", r"unexpected tensor|i2d\.weight is|'d2h\.weight' is missing"),
        ("plstm=False", "plstm=True", "unexpected tensor 'gru"),
        ("plstm=False, net=0", "plstm=True, net=6", "plstm: only network 0 has a phased LSTM"),
        ("plstm=False", "plstm=0", "plstm is 0, expected True or False"),
        ("hidden_size=48", "hidden_size=50", r"i2d\.weight is \[48, 3\], but hidden_size in .*arg"),
        ("hidden_size=48", "hidden_size=-1", "hidden_size is -1"),
        ("hidden_size=48", "hidden_size=10**9", "hidden_size is not a plain value"),
        ("hidden_size=48", "hidden_size=9000000000", "hidden_size is 9000000000"),
        ("hidden_size=48, ", "", "no hidden_size in it"),
        ("n_layers=3", "n_layers=4", r"'gru\.weight_ih_l3' is missing; .*n_layers"),
        ("n_layers=3", "n_layers=2", r"unexpected tensor 'gru\.weight_ih_l2'; .*n_layers"),
        ("n_layers=3", "n_layers=True", "n_layers is True"),
        ("mulaw_channels=256", "mulaw_channels=128", r"h2o\.weight is \[256, 48\], but mulaw_chan"),
        ("cond_size=2", "cond_size=3", r"cond_size is 3, but prop=\['c0', 'c1'\] makes it 2"),
        ("gen_size=1", "gen_size=2", r"gen_size is 2, but generate=\['audio'\] makes it 1"),
        (
            "prop=['c0', 'c1'], cond_size=2",
            "prop=['c0'], cond_size=1",
            r"i2d\.weight is \[48, 3\], but generate and prop in .* makes it \[48, 2\]",
        ),
        ("prop=['c0', 'c1']", "prop=['c-0', 'c_0']", "'c_0' and another parameter would both"),
        ("prop=['c0', 'c1']", "prop=['c0', 3]", "prop is .*expected a list of names"),
        ("generate=['audio']", "generate=[]", "generate is empty"),
        ("generate=['audio']", "generate=['audio', 'x']", "generate mixes 'audio'"),
        ("sample_rate=16000", "sample_rate=0", "sample_rate is 0"),
        ("sample_rate=16000", "sample_rate=125", "125 Hz is not a sample rate of audio"),
        ("temp=1.0", "temp=1e999", "temp is inf"),
        ("Namespace(", "Namespace(3, ", "not the text of a Namespace"),
        ("Namespace(", "dict(", "not the text of a Namespace"),
        ("net=0", "net=0, net=0", "expected each name once|not the text of a Namespace"),
        ("net=0", "**{'net': 0}", "expected each name once"),
        ("loss_cutoff=None)", "loss_cutoff=None", "not the text of a Namespace"),
        ("net=0", f"net={'(' * 5000}0{')' * 5000}", "not the text of a Namespace"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    folder: Path, old: str, new: str, match: str
) -> None:
    edit(folder, old, new)
    refused(folder, match)


def test_a_parameter_in_both_lists_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(VALUES, tmp_path / "run"))
    edit(folder, "generate=['g0', 'g1', 'g2']", "generate=['c0', 'g1', 'g2']")
    refused(folder, "'c0' is both in prop and in generate")


def test_generate_is_named_where_outputs_disagree(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / "param_net0", tmp_path / "run"))
    edit(folder, "prop=['c0', 'c1'], cond_size=2", "prop=['c0', 'c1', 'c2'], cond_size=3")
    edit(folder, "generate=['g0', 'g1', 'g2'], gen_size=3", "generate=['g0', 'g1'], gen_size=2")
    refused(folder, r"h2n\.weight is \[3, 24\], but generate in .* makes it \[2, 24\]")


@pytest.mark.parametrize(
    "harmless",
    [
        "path=PosixPath('a/b')",
        "device=device(type='cuda', index=0)",
        "log=<function log at 0x7f12>",
        "out=<_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>",
        "kind=<class 'x.Y'>",
        "nested=Namespace(a=1, b=f(2))",
    ],
)
def test_what_else_is_among_the_arguments_does_no_harm(folder: Path, harmless: str) -> None:
    edit(folder, "stride=1", harmless)
    assert read_checkpoint(folder)[0].tiers[0].config["hidden_size"] == 48
    edit(folder, "lr=0.0005", "lr=<object object at 0x1>, last=f(1)")
    assert read_checkpoint(folder)[0].tiers[0].config["hidden_size"] == 48


def test_a_text_of_the_size_of_a_book_is_refused(folder: Path) -> None:
    (folder / ARGS).write_text("Namespace(prop=[" + "1," * 40_000 + "])")
    refused(folder, "larger than any args.txt")


@pytest.mark.parametrize(
    "code",
    [
        "Namespace(net=__import__('os').mkdir({0!r}))",
        "__import__('os').mkdir({0!r})",
        "Namespace(net=0, prop=[c for c in [__import__('os').mkdir({0!r})]])",
        'Namespace(net=f"""{{__import__("os").mkdir({0!r})}}""")',
        "(lambda: __import__('os').mkdir({0!r}))()",
    ],
)
def test_nothing_in_args_txt_is_run(folder: Path, tmp_path: Path, code: str) -> None:
    proof = tmp_path / "proof"
    text = code.format(str(proof))
    eval(text, {"Namespace": dict})
    assert proof.exists(), "the attack itself must work"
    proof.rmdir()
    (folder / ARGS).write_text(text)
    refused(folder, "args.txt: ")
    assert not proof.exists()


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
