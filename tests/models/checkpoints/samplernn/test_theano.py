"""An imported checkpoint of the original SampleRNN equals the system it came from."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import rtsynth
from rtsynth.cli import main
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin
from rtsynth.plugin.codec import decode
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.pickles.table_of_arrays import read_arrays
from rtsynth_models.checkpoints.samplernn.plugin import HYPERPARAMETERS
from rtsynth_models.checkpoints.samplernn.theano import QUANTISATIONS, import_checkpoint
from rtsynth_models.checkpoints.samplernn.theano_network import parse_levels
from tests.models.checkpoints.samplernn_fixtures import THEANO, golden_of, python2_pickle

BY_NAME = {path.parent.name: path for path in THEANO}
GRU, SKIP, LSTM, ONE, FOUR, TOLD = (
    BY_NAME[name]
    for name in (
        "three_tier_gru", "three_tier_gru_skip", "two_tier_lstm", "one_tier", "four_tier",
        "three_tier_conditional",
    )
)  # fmt: skip
FEATURES = {
    GRU: {"rnn": "gru_reset_before", "layers": 1, "hidden_size": 24, "frame_sizes": [8, 2]},
    SKIP: {"layers": 3, "hidden_size": 20, "frame_sizes": [8, 2], "skip": True},
    LSTM: {"rnn": "lstm", "layers": 2, "hidden_size": 24, "frame_sizes": [4], "skip": False},
    ONE: {"rnn": "lstm", "layers": 1, "frame_sizes": [], "window": 1, "direct": True},
    FOUR: {"rnn": "gru_reset_before", "frame_sizes": [16, 8, 2], "embedding_size": 12},
    TOLD: {"rnn": "lstm", "frame_sizes": [8, 2], "direct": True, "conditioned": [0, 1]},
}


def alone(path: Path, folder: Path) -> Path:
    """A copy without its hyperparameters.json."""
    return Path(shutil.copy(path, folder / path.name))


def changed(path: Path, folder: Path, change: Any) -> Path:
    """The checkpoint with its arrays changed, alone."""
    arrays = read_arrays(path)
    change(arrays)
    (folder / path.name).write_bytes(python2_pickle(arrays))
    return folder / path.name


def refused(path: Path, flags: ImportFlags | None = None) -> str:
    with pytest.raises(InputError) as info:
        import_checkpoint(path, flags or ImportFlags())
    assert "\n" not in str(info.value)
    return str(info.value)


@pytest.mark.parametrize("path", THEANO, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("with_json", [True, False])
def test_logits_equal_the_systems_own(path: Path, with_json: bool, tmp_path: Path) -> None:
    golden = golden_of(path)
    plugin = Plugin(*import_checkpoint(path if with_json else alone(path, tmp_path), ImportFlags()))
    assert plugin.manifest.tiers[0].config.items() >= FEATURES[path].items()
    told = golden.get("cond")
    logits, state = rtsynth.teacher_force(plugin, golden["codes"], told)
    assert logits.shape == golden["logits"].shape
    np.testing.assert_allclose(logits, golden["logits"], atol=1e-4, rtol=0)
    # The learned start is used; and in pieces it is the same.
    zeros, _ = rtsynth.teacher_force(plugin, golden["codes"], told, np.zeros_like(state.hidden))
    assert np.abs(zeros[0] - golden["logits"][0]).max() > 1e-3
    cut = len(golden["codes"]) - len(logits) + 21
    before, after = (None, None) if told is None else (told[:cut], told[cut:])
    first, state = rtsynth.teacher_force(plugin, golden["codes"][:cut], before)
    second, _ = rtsynth.teacher_force(plugin, golden["codes"][cut:], after, state)
    np.testing.assert_array_equal(np.concatenate([first, second]), logits)


def test_what_a_plugin_starts_from(tmp_path: Path) -> None:
    """Q / 2, whatever the quantisation: the prompt of the original, and of its golden file."""
    for name, codec in QUANTISATIONS.items():
        manifest, tensors = import_checkpoint(GRU, ImportFlags(quantisation=name, rate_hz=22_050))
        assert (manifest.codec.name, manifest.codec.levels) == (codec, 256)
        assert (manifest.sample_rate_hz, manifest.name) == (22_050, "three_tier_gru")
        assert rtsynth.plugin.codec.silence(codec, 256) == golden_of(GRU)["codes"][0] == 128
        plugin = rtsynth.save(tmp_path / "x.safetensors", manifest, tensors)
        assert rtsynth.render(plugin, 0.02).size == 441
    manifest, _ = import_checkpoint(GRU, ImportFlags())
    assert (manifest.codec.name, manifest.sample_rate_hz) == ("linear_samplernn", 16_000)
    assert manifest.provenance.steps == 100


def test_the_quantisation_may_be_written_beside_it(tmp_path: Path) -> None:
    path = alone(GRU, tmp_path)
    (tmp_path / HYPERPARAMETERS).write_text('{"q_type": "mu-law"}')
    assert import_checkpoint(path, ImportFlags())[0].codec.name == "mu_law_samplernn"
    flags = ImportFlags(quantisation="linear")
    assert import_checkpoint(path, flags)[0].codec.name == "linear_samplernn"
    (tmp_path / HYPERPARAMETERS).write_text('{"q_type": ["mu-law"]}')
    assert "q_type is ['mu-law']; known: linear, mu-law, a-law" in refused(path)


def test_without_a_learned_start_it_starts_from_zeros(tmp_path: Path) -> None:
    def forget(arrays: dict[str, np.ndarray]) -> None:
        del arrays["FrameLevel.h0"]

    _, tensors = import_checkpoint(changed(LSTM, tmp_path, forget), ImportFlags())
    assert "rest.audio" not in tensors
    # Of three tiers one alone may lack it.
    _, tensors = import_checkpoint(changed(GRU, tmp_path, forget), ImportFlags())
    np.testing.assert_array_equal(tensors["rest.audio"][0], read_arrays(GRU)["BigFrameLevel.h0"][0])
    assert not tensors["rest.audio"][1].any()


@pytest.mark.parametrize("path", THEANO, ids=lambda path: path.parent.name)
def test_hyperparameters_that_the_tensors_contradict(path: Path, tmp_path: Path) -> None:
    copy = alone(path, tmp_path)
    table = json.loads((path.parent / HYPERPARAMETERS).read_text())
    for name, value in table.items():
        if name == "learn_h0" or (name == "big_frame_size" and table["tiers"] == 2):
            continue  # what the tensors do not say
        wrong = {"GRU": "LSTM", "LSTM": "GRU"}.get(value) if isinstance(value, str) else value + 1
        wrong = (not value) if isinstance(value, bool) else wrong
        (tmp_path / HYPERPARAMETERS).write_text(json.dumps(table | {name: wrong}))
        message = refused(copy)
        assert message.startswith(f"{tmp_path / HYPERPARAMETERS}: {name} is {wrong!r}, but")
        assert message.endswith(f"make it {value!r}")
    for text in ("[]", "{", "\x00"):
        (tmp_path / HYPERPARAMETERS).write_text(text)
        assert HYPERPARAMETERS in refused(copy)


def _set(name: str, value: np.ndarray | None) -> Any:
    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays.pop(name, None)
        if value is not None:
            arrays[name] = value

    return change


F32 = np.float32


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        (GRU, _set("SampleLevel.L2.b", None), "tensor 'SampleLevel.L2.b' is missing"),
        (GRU, _set("SampleLevel.L2.b", np.zeros(23, F32)), "SampleLevel.L2.b is [23], the other"),
        (GRU, _set("SampleLevel.L2.W0", np.zeros(24, F32)), "SampleLevel.L2.W0 is [24]"),
        (GRU, _set("SampleLevel.L3.b", np.full(24, np.nan, F32)), "not finite numbers"),
        (GRU, _set("SampleLevel.L3.b", np.full(24, 1e300)), "too large for float32"),
        (GRU, _set("SampleLevel.L3.b", np.zeros(24, np.int32)), "not finite numbers"),
        (GRU, _set("SampleLevel.L3.W0", np.zeros((24, 24), F32)), "a column of zeros, and a norm"),
        (GRU, _set("SampleLevel.L5.W0", np.zeros((24, 24), F32)), "unexpected tensor 'SampleLevel"),
        (GRU, _set("FrameLevel.InputExpand.W0", np.ones((3, 24), F32)), "other tensors make it [2"),
        (GRU, _set("FrameLevel.Output.W0", np.ones((24, 72), F32)), "make it [24, 48]"),
        (
            GRU,
            _set("BigFrameLevel.Output.W0", np.ones((24, 97), F32)),
            "97 columns, which is no mu",
        ),
        (
            GRU,
            _set("BigFrameLevel.Output.W0", np.ones((24, 0), F32)),
            "0 columns, which is no mult",
        ),
        (
            GRU,
            _set("BigFrameLevel.Output.W0", np.ones((24, 120), F32)),
            "has 8 rows, for frames of",
        ),
        (GRU, _set("SampleLevel.L1_PrevSamples.W0", np.ones((33, 24), F32)), "has 33 rows, which"),
        (GRU, _set("SampleLevel.Embedding", np.ones((256, 0), F32)), "layers without any units"),
        (GRU, _set("OtherLevel.W0", np.zeros((3, 3), F32)), "has the levels 'BigFrameLevel', 'Fr"),
        (FOUR, _set("FrameLevel_2.h0", np.zeros((2, 28), F32)), "FrameLevel_2.h0 is [2, 28]"),
        (FOUR, _set("FrameLevel_3.h0", np.zeros((1, 28), F32)), "'FrameLevel_2', 'FrameLevel_3', "),
        (ONE, _set("SampleLevel.Embedding", None), "tensor 'SampleLevel.Embedding' is missing"),
        (ONE, _set("SampleLevel.L1.b", None), "tensor 'SampleLevel.L1.b' is missing"),
        (
            ONE,
            _set("SampleLevel.LSTM1.Step.Input.W0", np.ones((13, 112), F32)),
            "make it [12, 112]",
        ),
        (TOLD, _set("FrameLevel.InputExpand.W0", np.ones((3, 28), F32)), "make it [4, 28]"),
        (TOLD, _set("FrameLevel.InputExpand.g0", np.full(28, 3e38)), "is too large for float32"),
        (
            TOLD,
            _set("BigFrameLevel.LSTM1.Step.Input.W0", np.ones((8 + 129, 112), F32)),
            "has 137 rows, for frames of 8 samples and at most 128 labels",
        ),
        (GRU, _set("FrameLevel.GRU1.Step.Input.W0", None), "FrameLevel has no RNN of one kind"),
        (SKIP, _set("BigFrameLevel.GRU3+inpskip.Step.Input.W0", None), "have different RNNs"),
        (SKIP, _set("BigFrameLevel.GRU1.Step.Input.W0", np.ones((9, 60), F32)), "skip.Step.Input"),
        (SKIP, _set("FrameLevel.h0", np.zeros((3, 21), F32)), "FrameLevel.h0 is [3, 21]"),
        (LSTM, _set("FrameLevel.LSTM2.Step.b", None), "'FrameLevel.LSTM2.Step.b' is missing"),
    ],
)
def test_arrays_that_do_not_fit(path: Path, change: Any, message: str, tmp_path: Path) -> None:
    assert message in refused(changed(path, tmp_path, change))


def test_labels_of_a_network_with_skips(tmp_path: Path) -> None:
    """What a level reads, labels too, goes to all its layers, and counts there as in the first."""
    random = np.random.default_rng(1)
    frames = {
        "BigFrameLevel.GRU1.Step.Input": 8,
        "BigFrameLevel.GRU2+inpskip.Step.Input": 28,
        "BigFrameLevel.GRU3+inpskip.Step.Input": 28,
        "FrameLevel.InputExpand": 2,
    }
    columns = {
        name: random.normal(0, 0.5, (3, read_arrays(SKIP)[f"{name}.b"].size)) for name in frames
    }

    def told(arrays: dict[str, np.ndarray]) -> None:
        for name, rows in columns.items():
            arrays[f"{name}.W0"] = np.concatenate([arrays[f"{name}.W0"], rows])

    plugin = Plugin(*import_checkpoint(changed(SKIP, tmp_path, told), ImportFlags()))
    assert len(plugin.parameters) == 3
    codes = golden_of(SKIP)["codes"]
    for labels in (np.full(3, 0.5), np.array([0.0, 0.3, 1.0])):
        # What constant labels add, a bias can add as well: each enters as (2 x - 1) * 2.
        def biased(arrays: dict[str, np.ndarray], entered: np.ndarray = 4 * labels - 2) -> None:
            for name, rows in columns.items():
                arrays[f"{name}.b"] = arrays[f"{name}.b"] + entered @ rows

        without = Plugin(*import_checkpoint(changed(SKIP, tmp_path, biased), ImportFlags()))
        wanted, _ = rtsynth.teacher_force(without, codes)
        logits, _ = rtsynth.teacher_force(plugin, codes, np.tile(labels, (len(codes), 1)))
        np.testing.assert_allclose(logits, wanted, atol=1e-4, rtol=0)


def test_labels_are_parameters(tmp_path: Path) -> None:
    """Continuous ones, moved by a file of automation: what is played is what those labels say."""
    out, wav = tmp_path / "told.safetensors", tmp_path / "out.wav"
    assert main(["import", str(TOLD), "--out", str(out)]) == 0
    plugin = rtsynth.load(out)
    assert [(p.name, p.minimum, p.maximum, p.default) for p in plugin.parameters] == [
        ("label_1", 0, 1, 0.5),
        ("label_2", 0, 1, 0.5),
    ]
    moves = tmp_path / "moves.csv"

    def played(before: tuple[float, float], after: tuple[float, float]) -> np.ndarray:
        rows = [before] * 400 + [after] * 400
        moves.write_text("label_1,label_2\n" + "".join(f"{a:g},{b:g}\n" for a, b in rows))
        words = ["render", str(out), "--seconds", "0.05", "--seed", "1", "--out", str(wav)]
        assert main([*words, "--automation", str(moves)]) == 0
        return np.asarray(soundfile.read(wav, dtype="float32")[0])

    still = played((0.9, 0.1), (0.9, 0.1))
    controls = {"label_1": 0.9, "label_2": 0.1}
    np.testing.assert_allclose(
        still, rtsynth.render(plugin, 0.05, controls=controls, seed=1), atol=1e-6
    )
    for other in ((0.2, 0.1), (0.9, 0.7)):
        moved = played((0.9, 0.1), other)
        first = int(np.flatnonzero(moved != still)[0])
        assert 400 <= first < 800


SPELT = "BigFrameLevel=Top,FrameLevel_1=Mid, FrameLevel_2 = FrameLevel"


def respelt(folder: Path) -> Path:
    """The checkpoint of four tiers with the levels' names of `SPELT`."""

    def rename(arrays: dict[str, np.ndarray]) -> None:
        new = {"BigFrameLevel": "Top", "FrameLevel_1": "Mid", "FrameLevel_2": "FrameLevel"}
        for name in list(arrays):
            level, _, rest = name.partition(".")
            arrays[f"{new.get(level, level)}.{rest}"] = arrays.pop(name)

    return changed(FOUR, folder, rename)


def test_levels_of_other_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A flag says what a checkpoint calls them; without it, the message lists what it has."""
    path, out = respelt(tmp_path), tmp_path / "x.safetensors"
    words = ["import", str(path), "--out", str(out)]
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "has the levels 'FrameLevel', 'Mid', 'SampleLevel', 'Top'; the original" in line
    assert "BigFrameLevel, FrameLevel_1, FrameLevel_2, SampleLevel; if they have" in line
    assert "--levels BigFrameLevel=NAME,... says which is which" in line
    assert not out.exists()
    assert main([*words, "--levels", SPELT]) == 0
    golden = golden_of(FOUR)
    logits, _ = rtsynth.teacher_force(rtsynth.load(out), golden["codes"])
    np.testing.assert_allclose(logits, golden["logits"], atol=1e-4, rtol=0)
    # Errors after that speak of the file's own names.
    arrays = read_arrays(path)
    del arrays["Mid.Output.b"]
    path.write_bytes(python2_pickle(arrays))
    spelt = parse_levels(SPELT)
    assert "tensor 'Mid.Output.b' is missing" in refused(path, ImportFlags(levels=spelt))
    other = {"BigFrameLevel": "Bottom", "FrameLevel": "Mid"}
    assert "has the levels 'FrameLevel', 'Mid'" in refused(path, ImportFlags(levels=other))


@pytest.mark.parametrize(
    "text", ["", "Top", "Top=BigFrameLevel", "BigFrameLevel=", "FrameLevel=a,"]
)
def test_a_flag_of_levels_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="--levels .*: expected LEVEL=NAME,LEVEL=NAME") as info:
        parse_levels(text)
    assert "levels are BigFrameLevel, FrameLevel, FrameLevel_1, FrameLevel_2, Sample" in str(
        info.value
    )
    with pytest.raises(InputError, match="a level is named twice"):
        parse_levels("FrameLevel=a,FrameLevel=b")


def test_one_tier_goes_on_from_a_recording(tmp_path: Path) -> None:
    """Its prompt is one code; it is imported, scored and rendered like any other."""
    plugin = Plugin(*import_checkpoint(ONE, ImportFlags()))
    assert plugin.manifest.description.endswith("1 tier, LSTM 1x28, 256 levels")
    golden = golden_of(ONE)
    logits, _ = rtsynth.teacher_force(plugin, golden["codes"])
    assert len(logits) == len(golden["codes"]) - 1
    # A quarter of a level above what a code decodes to: it is encoded as the same.
    audio = decode("linear_samplernn", 256, golden["codes"]) + 0.5 / 256
    log_p = logits - np.logaddexp.reduce(logits.astype(np.float64), axis=1, keepdims=True)
    bits = -np.take_along_axis(log_p, golden["codes"][1:, None], axis=1).mean() / np.log(2)
    assert rtsynth.score(plugin, audio) == pytest.approx(bits, abs=1e-5)


def one_tier_arrays(hidden: int, size: int, levels: int) -> dict[str, np.ndarray]:
    """One tier of two GRU layers with skip connections, under the original's names."""
    random = np.random.default_rng(3)

    def array(*shape: int) -> np.ndarray:
        return random.normal(0, 0.6, shape).astype(np.float32)

    arrays = {"SampleLevel.Embedding": array(levels, size), "SampleLevel.h0": array(2, hidden)}
    for layer, inputs in (("GRU1", size), ("GRU2+inpskip", hidden + size)):
        step = f"SampleLevel.{layer}.Step"
        arrays[f"{step}.Input.W0"] = array(inputs, 3 * hidden)
        arrays[f"{step}.Input.b"] = array(3 * hidden)
        arrays[f"{step}.Recurrent_Gates.W0"] = array(hidden, 2 * hidden)
        arrays[f"{step}.Recurrent_Candidate.W0"] = array(hidden, hidden)
    arrays["SampleLevel.GRU.outskip1y.W0"] = array(hidden, hidden)
    arrays["SampleLevel.GRU.outskip1y.b"] = array(hidden)
    arrays["SampleLevel.GRU.outskip2y.W0"] = array(hidden, hidden)
    for name, rows in (("L1", hidden), ("L2", hidden), ("L3", hidden), ("Output", levels)):
        arrays[f"SampleLevel.{name}.W0"], arrays[f"SampleLevel.{name}.b"] = (
            array(hidden, rows),
            array(rows),
        )
    return arrays


def one_tier_logits(arrays: dict[str, np.ndarray], codes: np.ndarray) -> np.ndarray:
    """What the original computes of those arrays, step by step in float64."""
    a = {name.removeprefix("SampleLevel."): x.astype(np.float64) for name, x in arrays.items()}
    states, out = list(a["h0"]), []
    hidden = len(states[0])
    for code in codes[:-1]:
        heard = a["Embedding"][code]
        read = a["GRU.outskip1y.b"]
        for number, layer in enumerate(("GRU1", "GRU2+inpskip")):
            x = heard if number == 0 else np.concatenate([states[0], heard])
            h = states[number]
            inputs = x @ a[f"{layer}.Step.Input.W0"] + a[f"{layer}.Step.Input.b"]
            gates = inputs[: 2 * hidden] + h @ a[f"{layer}.Step.Recurrent_Gates.W0"]
            update, reset = np.split(1 / (1 + np.exp(-gates)), 2)
            recurrent = (reset * h) @ a[f"{layer}.Step.Recurrent_Candidate.W0"]
            candidate = np.tanh(inputs[2 * hidden :] + recurrent)
            states[number] = update * candidate + (1 - update) * h
            read = read + states[number] @ a[f"GRU.outskip{number + 1}y.W0"]
        for name in ("L1", "L2", "L3"):
            read = np.maximum(read @ a[f"{name}.W0"] + a[f"{name}.b"], 0)
        out.append(read @ a["Output.W0"] + a["Output.b"])
    return np.array(out)


def test_one_tier_with_skips_by_its_formulas(tmp_path: Path) -> None:
    """The fixture has one layer of LSTM; this has two of GRU, whose skips the first layer reads."""
    arrays = one_tier_arrays(hidden=9, size=13, levels=32)
    path = tmp_path / "params_e1_i2.pkl"
    path.write_bytes(python2_pickle(arrays))
    plugin = Plugin(*import_checkpoint(path, ImportFlags()))
    codes = np.random.default_rng(4).integers(0, 32, 200)
    logits, _ = rtsynth.teacher_force(plugin, codes)
    wanted = one_tier_logits(arrays, codes)
    assert np.abs(wanted).max() > 1
    np.testing.assert_allclose(logits, wanted, atol=1e-4, rtol=0)


def test_flags_that_do_not_apply(tmp_path: Path) -> None:
    assert "--range: a checkpoint of" in refused(GRU, ImportFlags(limits=(-1, 1)))
    assert "--range-from: a checkpoint of" in refused(GRU, ImportFlags(limits_from=tmp_path))
    assert refused(GRU, ImportFlags(quantisation="mulaw")) == (
        "--quantisation mulaw: unknown; known: linear, mu-law, a-law"
    )
    assert "sample_rate_hz" in refused(GRU, ImportFlags(rate_hz=500))
