"""Networks read out of the original SampleRNN's tensors: labels, names of levels, one tier."""

from pathlib import Path

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
from rtsynth_models.checkpoints.samplernn.theano import import_checkpoint
from rtsynth_models.checkpoints.samplernn.theano_network import parse_levels
from tests.models.checkpoints.samplernn.theano_files import (
    FOUR,
    GRU,
    ONE,
    SKIP,
    TOLD,
    changed,
    refused,
)
from tests.models.checkpoints.samplernn_fixtures import golden_of, python2_pickle


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
