"""An imported checkpoint of the two-tier PyTorch SampleRNN equals the system it came from."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

import rtsynth
from rtsynth.cli import main
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin, codec
from rtsynth_models.checkpoints.command import import_checkpoint_command
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.samplernn.plugin import HYPERPARAMETERS
from rtsynth_models.checkpoints.samplernn.torch import import_checkpoint
from rtsynth_models.checkpoints.systems import read_checkpoint
from tests.models.checkpoints.samplernn_fixtures import GRU_FIXTURE, TORCH, golden_of

RANGE = ImportFlags(limits=(-1.0, 1.0))


@pytest.fixture
def golden() -> dict[str, np.ndarray]:
    return golden_of(TORCH)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(TORCH, tmp_path / TORCH.name))


def refused(path: Path, flags: ImportFlags = RANGE) -> str:
    with pytest.raises(InputError) as info:
        import_checkpoint(path, flags)
    assert "\n" not in str(info.value)
    return str(info.value)


def change(path: Path, edit: Any) -> None:
    checkpoint = torch.load(path, weights_only=True)
    edit(checkpoint)
    torch.save(checkpoint, path)


def test_logits_equal_the_systems_own(golden: dict[str, np.ndarray], tmp_path: Path) -> None:
    """Through the training file: it has the range that the checkpoint lacks."""
    recording = tmp_path / "training.wav"
    soundfile.write(recording, golden["audio"], 16_000, subtype="FLOAT")
    out = tmp_path / "plugin.safetensors"
    import_checkpoint_command(TORCH, out, limits_from=recording)
    plugin = rtsynth.load(out)
    rule = plugin.manifest.codec
    np.testing.assert_array_equal(
        codec.encode(rule.name, rule.levels, golden["audio"], rule.limits), golden["codes"]
    )
    logits, state = rtsynth.teacher_force(plugin, golden["codes"])
    assert logits.shape == golden["logits"].shape
    np.testing.assert_allclose(logits, golden["logits"], atol=1e-4, rtol=0)
    first, state = rtsynth.teacher_force(plugin, golden["codes"][:100])
    second, _ = rtsynth.teacher_force(plugin, golden["codes"][100:], None, state)
    np.testing.assert_array_equal(np.concatenate([first, second]), logits)
    # The score of the recording is that of those logits.
    log_p = logits - np.logaddexp.reduce(logits.astype(np.float64), axis=1, keepdims=True)
    bits = -np.take_along_axis(log_p, golden["codes"][16:, None], axis=1).mean() / np.log(2)
    assert rtsynth.score(plugin, golden["audio"]) == pytest.approx(bits, abs=1e-5)


def systems_logits(codes: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """What that code computes of codes [T] of a file with this range, in PyTorch and float64."""
    state = torch.load(TORCH, weights_only=True)["model"]
    state = {name: tensor.double() for name, tensor in state.items()}

    def linear(name: str, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])

    maximum, minimum = limits  # as that code has them
    scale = (maximum - minimum) / 255
    heard = 2 * (torch.tensor(codes) + int(minimum / scale)).double() * scale
    lstm = torch.nn.LSTM(16, 48, 2, batch_first=True, dtype=torch.float64)
    prefix = "frame_level_rnn.lstm."
    lstm.load_state_dict(
        {name.removeprefix(prefix): state[name] for name in state if name.startswith(prefix)}
    )
    frames = lstm(heard[:-16].view(1, -1, 16))[0][0]
    above = linear("frame_level_rnn.linear", frames).view(-1, 48)
    windows = torch.tensor(codes)[:-1].unfold(0, 16, 1)
    x = state["sample_predictor.embed.weight"][windows].flatten(1)
    x = linear("sample_predictor.linear_1", x) + above
    for number in (2, 3, 4):
        x = linear(f"sample_predictor.linear_{number}", x)
    return x.detach().numpy()


@pytest.mark.parametrize(
    "limits", [(-0.8236, 0.8397), (-1.0, 1.0), (-0.21, 0.0049), (0.1, 0.7), (-0.9, -0.2)]
)
def test_logits_over_any_range(limits: tuple[float, float], golden: dict[str, np.ndarray]) -> None:
    """Of which file the range comes must not matter: in these its minimum is not near a level."""
    plugin = Plugin(*import_checkpoint(TORCH, ImportFlags(limits=limits)))
    logits, _ = rtsynth.teacher_force(plugin, golden["codes"])
    wanted = systems_logits(golden["codes"], limits)
    np.testing.assert_allclose(logits, wanted, atol=1e-4, rtol=0)


def test_what_the_plugin_says(path: Path) -> None:
    manifest, tensors = import_checkpoint(path, ImportFlags(limits=(-0.5, 0.7), rate_hz=44_100))
    assert (manifest.codec.limits, manifest.codec.name) == ((-0.5, 0.7), "linear_inverted")
    assert (manifest.sample_rate_hz, manifest.name) == (44_100, "small_epoch_1_iter_7")
    assert manifest.tiers[0].config == {
        "rnn": "lstm", "layers": 2, "hidden_size": 48, "frame_sizes": [16], "embedding_size": 16,
        "activation": "linear",
    }  # fmt: skip
    assert manifest.provenance.steps == 7
    assert "rest.audio" not in tensors  # the system starts from zeros
    assert rtsynth.render(Plugin(manifest, tensors), 0.05).size == 2205


def test_the_range_has_to_be_given(path: Path, tmp_path: Path) -> None:
    message = refused(path, ImportFlags())
    assert str(path) in message
    assert "--range-from AUDIO" in message
    assert "--range MIN MAX" in message
    soundfile.write(tmp_path / "flat.wav", np.full(100, 0.25), 16_000)
    assert "all its samples are 0.25" in refused(
        path, ImportFlags(limits_from=tmp_path / "flat.wav")
    )
    assert "no such audio file" in refused(path, ImportFlags(limits_from=tmp_path / "none.wav"))
    assert "is always linear" in refused(path, RANGE._replace(quantisation="mu-law"))
    out = tmp_path / "x.safetensors"
    for limits in ((1.0, -1.0), (0.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))):
        with pytest.raises(InputError, match="MIN must be below MAX"):
            import_checkpoint_command(path, out, limits=limits)
    with pytest.raises(InputError, match="--range and --range-from: give one"):
        import_checkpoint_command(path, out, limits=(0.0, 1.0), limits_from=path)
    assert not out.exists()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.pop("model"), "no table of tensors called 'model' in it"),
        (
            lambda c: c["model"].pop("sample_predictor.linear_2.bias"),
            "tensor 'sample_predictor.linear_2.bias' is missing",
        ),
        (
            lambda c: c["model"].update({"sample_predictor.linear_1.weight": torch.ones(48, 255)}),
            "sample_predictor.linear_1.weight is [48, 255], the other tensors make it [48, 256]",
        ),
        (lambda c: c["model"].update(extra=torch.ones(1)), "unexpected tensor 'extra'"),
        (
            lambda c: c["model"]["frame_level_rnn.lstm.bias_hh_l1"].fill_(torch.nan),
            "frame_level_rnn.lstm.bias_hh_l1 has values that are not finite",
        ),
        (
            lambda c: c["model"].pop("frame_level_rnn.lstm.weight_hh_l0"),
            "tensor 'frame_level_rnn.lstm.weight_hh_l0' is missing",
        ),
    ],
)
def test_weights_that_do_not_fit(path: Path, edit: Any, message: str) -> None:
    change(path, edit)
    assert message in refused(path)


@pytest.mark.parametrize(
    "name", ["frame_size", "hidden_size", "rnn_layers", "embed_size", "quantization"]
)
def test_hyperparameters_that_the_tensors_contradict(path: Path, name: str) -> None:
    beside = path.parent / HYPERPARAMETERS
    table = json.loads((TORCH.parent / HYPERPARAMETERS).read_text())
    beside.write_text(json.dumps(table))
    import_checkpoint(path, RANGE)
    beside.write_text(json.dumps(table | {name: 7}))
    assert refused(path) == (
        f"{beside}: {name} is 7, but the tensors in {path.name} make it {table[name]}"
    )


def test_truncated_and_hostile_files(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "damaged, truncated" in refused(path)
    mark = tmp_path / "ran"

    class Hostile:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {mark}",)

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", pickle.dumps({"model": Hostile()}, protocol=2))
    assert "which has no meaning here" in refused(path)
    assert not mark.exists()


def test_folders_and_names(path: Path, tmp_path: Path) -> None:
    """The newest of a folder; any name where --like says what it is; flags of other systems."""
    shutil.copy(path, tmp_path / "small_epoch_1_iter_10_model.pt")
    shutil.copy(path, tmp_path / "small_epoch_0_iter_99_model.pt")
    manifest, _ = read_checkpoint(tmp_path, flags=RANGE)
    assert manifest.name == "small_epoch_1_iter_10"
    other = tmp_path / "other" / "net.pt"
    other.parent.mkdir()
    shutil.copy(path, other)
    with pytest.raises(InputError, match="no checkpoint of a known system"):
        read_checkpoint(other, flags=RANGE)
    assert read_checkpoint(other, like="samplernn", flags=RANGE)[0].name == "net"
    with pytest.raises(InputError, match="no SampleRNN checkpoint there"):
        read_checkpoint(other.parent, like="samplernn", flags=RANGE)
    with pytest.raises(InputError, match="a checkpoint of rnncontrol stores all of this"):
        read_checkpoint(GRU_FIXTURE, flags=RANGE)


def test_the_command_line(
    tmp_path: Path, golden: dict[str, np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    """Import, score and a render that continues a recording."""
    recording, out = tmp_path / "training.wav", tmp_path / "x.safetensors"
    soundfile.write(recording, golden["audio"], 16_000, subtype="FLOAT")
    assert main(["import", str(TORCH), "--out", str(out)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--range-from AUDIO" in line
    assert not out.exists()
    bounds = ["--range", "-0.78", "0.83"]
    for rate in ("0", "999", "384001"):
        words = ["import", str(TORCH), "--out", str(out), *bounds, "--rate", rate]
        assert main(words) == 2
        assert f"--rate {rate}: must be 1000 to 384000 Hz" in capsys.readouterr().err
    assert main(["import", str(TORCH), "--out", str(out), *bounds]) == 0
    assert "LSTM 2x48" in capsys.readouterr().out
    assert main(["score", str(out), str(recording), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["samples"] == 384
    assert told["bits_per_sample"] == pytest.approx(
        rtsynth.score(rtsynth.load(out), golden["audio"]), abs=1e-6
    )
    rendered = tmp_path / "out.wav"
    words = ["render", str(out), "--seconds", "0.1", "--prime", str(recording), "--out"]
    assert main([*words, str(rendered)]) == 0
    assert soundfile.info(rendered).frames == 1600


@pytest.mark.system
def test_needs_no_torch(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from rtsynth_models.checkpoints.command import import_checkpoint_command\n"
        "from pathlib import Path\n"
        "import_checkpoint_command(Path(sys.argv[1]), Path(sys.argv[2]), limits=(-1.0, 1.0))"
    )
    out = tmp_path / "p.safetensors"
    subprocess.run([sys.executable, "-c", program, TORCH, out], check=True, timeout=120)
    assert out.is_file()


@pytest.mark.measure
def test_the_published_default_size(tmp_path: Path) -> None:
    """LSTM 5x1024, frame 16: a checkpoint of that size is imported and rendered."""
    hidden, frame, size, levels = 1024, 16, 256, 256
    torch.manual_seed(0)
    state: dict[str, torch.Tensor] = {}

    def dense(name: str, rows: int, columns: int, bias: bool = True) -> None:
        spread = 1.7 / columns**0.5
        state[f"{name}.weight"] = torch.empty(rows, columns).uniform_(-spread, spread)
        if bias:
            state[f"{name}.bias"] = torch.zeros(rows)

    for layer in range(5):
        for side in ("ih", "hh"):
            columns = frame if (layer, side) == (0, "ih") else hidden
            dense("x", 4 * hidden, columns)
            for part in ("weight", "bias"):
                name = f"frame_level_rnn.lstm.{part}_{side}_l{layer}"
                state[name] = state.pop(f"x.{part}")
    dense("frame_level_rnn.linear", frame * hidden, hidden)
    dense("sample_predictor.embed", levels, size, bias=False)
    dense("sample_predictor.linear_1", hidden, frame * size)
    for number, rows in ((2, hidden), (3, hidden), (4, levels)):
        dense(f"sample_predictor.linear_{number}", rows, hidden)
    path = tmp_path / "large_epoch_0_iter_1_model.pt"
    torch.save({"model": state, "epoch": 0, "iter": 1}, path)
    plugin = Plugin(*import_checkpoint(path, RANGE))
    audio = rtsynth.render(plugin, 0.02, seed=1)
    assert audio.shape == (320,)
    assert len(np.unique(audio)) > 20
