"""An imported checkpoint of the original SampleRNN equals the system it came from."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rtsynth
from rtsynth.plugin import Plugin
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.pickles.table_of_arrays import read_arrays
from rtsynth_models.checkpoints.samplernn.plugin import HYPERPARAMETERS
from rtsynth_models.checkpoints.samplernn.theano import QUANTISATIONS, import_checkpoint
from tests.models.checkpoints.samplernn.theano_files import (
    FOUR,
    GRU,
    LSTM,
    ONE,
    SKIP,
    TOLD,
    changed,
    refused,
)
from tests.models.checkpoints.samplernn_fixtures import THEANO, golden_of

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
