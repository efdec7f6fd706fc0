"""The arguments of an MTCRNN run (args.txt)."""

import shutil
from pathlib import Path

import pytest

from rtsynth_models.checkpoints.systems import read_checkpoint
from tests.models.checkpoints.mtcrnn.runs import ARGS, AUDIO, VALUES, refused
from tests.models.checkpoints.mtcrnn_fixtures import (
    FOLDER,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AUDIO, tmp_path / "run"))


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / ARGS).read_text()
    assert old in text
    (folder / ARGS).write_text(text.replace(old, new))


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
