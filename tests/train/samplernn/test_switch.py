"""A network trained on two tones, each its own class: the sound changes where the .csv says.

That a class takes effect at its very sample is tested with weights made by hand
(tests/rtsynth/offline/test_conditioning_file.py); here it is measured in the sound of a trained
network, as closely as a pitch can be measured in time.
"""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

import rtsynth
from rtsynth.cli import main
from rtsynth.plugin import Plugin
from rtsynth.plugin.codec import encode
from rtsynth_train.core.training import run_training
from tests.train.samplernn.sets import RATE_HZ, tiny

pytestmark = pytest.mark.measure

TONES_HZ = (300.0, 900.0)
WINDOW = 81  # samples, 10 ms
TOLERANCE = WINDOW  # a tone needs a moment to settle


def write_set(folder: Path) -> Path:
    """Half a second each, of both tones in turn, every 125 ms another one; a little noise."""
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(6):
        classes = (np.repeat(np.arange(4), 1000) + number) % 2
        turns = np.cumsum(np.array(TONES_HZ)[classes]) / RATE_HZ + random.uniform()
        audio = 0.5 * np.sin(2 * np.pi * turns) + 0.01 * random.normal(size=turns.size)
        sf.write(folder / f"take{number}.wav", audio, RATE_HZ)
        (folder / f"take{number}.csv").write_text("\n".join(map(str, classes)))
    return folder


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """Trained for about five seconds."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("switch")
    config = tiny(
        write_set(folder / "set"),
        data={"levels": 64},
        network={"hidden_size": 32, "embedding_size": 8},
        batches={"rows": 16, "num_frames": 16, "shortest_s": 0.1, "longest_s": 0.5},
        optimiser={"steps": 300, "rate": 0.005, "warm_up_steps": 10, "average": 0.98},
        run={"generate_every": 10_000, "checkpoint_every": 10_000, "evaluate_every": 300},
    )
    assert run_training(config, folder / "run", False, None, "cpu") is False
    return rtsynth.load(folder / "run" / "tiny.safetensors")


def test_what_was_held_out_is_foretold_by_its_own_class(plugin: Plugin) -> None:
    random = np.random.default_rng(1)
    codec = plugin.manifest.audio_codec
    for number, tone_hz in enumerate(TONES_HZ):
        turns = np.arange(4000) * tone_hz / RATE_HZ
        audio = 0.5 * np.sin(2 * np.pi * turns) + 0.01 * random.normal(size=turns.size)
        codes = encode(codec.name, codec.levels, audio)
        bits = []
        for told in (number, 1 - number):
            logits, _ = rtsynth.teacher_force(plugin, codes, np.full((codes.size, 1), told))
            likely = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
            aim = codes[-len(logits) :]
            scored = likely[np.arange(len(logits)), aim][400:]
            bits.append(-float(scored.mean()) / np.log(2))
        print(f"{tone_hz:g} Hz: {bits[0]:.2f} bits with its class, {bits[1]:.2f} with the other")
        assert bits[0] < bits[1] - 0.5


def level_of(audio: np.ndarray, tone_hz: float) -> np.ndarray:
    """How loud a tone is around every sample [T]."""
    turning = audio * np.exp(-2j * np.pi * tone_hz / RATE_HZ * np.arange(audio.size))
    return np.abs(np.convolve(turning, np.hanning(WINDOW), "same"))


def test_the_tone_changes_where_the_file_says(plugin: Plugin, tmp_path: Path) -> None:
    changes = [3000, 4501]  # within a frame of 8, too
    classes = np.zeros(6000, np.int64)
    classes[changes[0] : changes[1]] = 1
    (tmp_path / "x.csv").write_text("\n".join(map(str, classes)))
    flags = f"--automation {tmp_path / 'x.csv'} --set temperature=0.9 --batch 4"
    words = ["render", str(plugin.path), "--out", str(tmp_path / "x.wav"), *flags.split()]
    assert main(words) == 0
    for number in range(1, 5):
        audio, _ = sf.read(tmp_path / f"x-{number}.wav")
        assert audio.size == classes.size
        high = level_of(audio, TONES_HZ[1]) > level_of(audio, TONES_HZ[0])
        inner = slice(200, -100)  # the first tone has to build up
        found = np.flatnonzero(np.diff(high[inner].astype(int))) + 200 + 1
        print(f"seed {number - 1}: the tone changes at {found.tolist()}, told {changes}")
        assert found.size == 2
        np.testing.assert_allclose(found, changes, atol=TOLERANCE)
        assert not high[inner][0]
