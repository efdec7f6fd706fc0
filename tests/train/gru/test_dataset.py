"""Reading recordings."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.plugin import codec
from rtsynth_models.networks.gru_names import CODEC
from rtsynth_train.core.whole import pitch_of
from rtsynth_train.gru.config import parse_gru
from rtsynth_train.gru.dataset import Recordings, load_recordings
from rtsynth_train.own.parameters import propose
from tests.train.recordings import (
    RATE_HZ,
    scatter,
    small_config,
    write_set,
    write_tone,
)


def load(folder: Path, shortest: int = 100) -> Recordings:
    config = small_config(folder)
    return load_recordings(folder, config.data, config.conditioning, shortest)


def test_a_set_in_memory(tmp_path: Path) -> None:
    data = load(write_set(tmp_path))
    assert len(data.starts) == 6
    assert data.codes.dtype == np.uint8
    assert data.codes.max() < 64
    np.testing.assert_array_equal(data.lengths, 9600)
    np.testing.assert_array_equal(data.train_lengths, 8640)
    np.testing.assert_allclose(
        data.conditioning,
        [[inst, 0.5, pitch] for inst in (0, 1) for pitch in (0, 0.5, 1)],
    )
    np.testing.assert_array_equal(data.classes, [0, 0, 0, 1, 1, 1])


def test_files_of_every_format_and_depth(tmp_path: Path) -> None:
    expected = load(write_set(tmp_path))
    scatter(tmp_path)
    data = load(tmp_path)
    np.testing.assert_array_equal(data.lengths, expected.lengths)
    assert sorted(map(tuple, data.conditioning)) == sorted(map(tuple, expected.conditioning))
    assert np.bincount(data.codes).tolist() == np.bincount(expected.codes).tolist()


def test_held_out_is_the_end_of_every_file(tmp_path: Path) -> None:
    data = load(write_set(tmp_path))
    held = data.held_out(300)
    assert held.shape == (300, 6)
    np.testing.assert_array_equal(held[:, 2], data.codes[3 * 9600 - 300 : 3 * 9600])
    assert data.held_out(10**6).shape == (960, 6)


def test_files_may_differ_in_length(tmp_path: Path) -> None:
    write_set(tmp_path)
    write_tone(tmp_path, 0.0, 65.0, 1.0, seconds=1.0)
    data = load(tmp_path)
    assert sorted(set(data.lengths)) == [9600, 16000]
    assert data.codes.size == data.lengths.sum()
    assert data.held_out(5000).shape == (960, 7)


@pytest.mark.parametrize(
    ("name", "rate_hz", "audio", "match"),
    [
        ("x_p64.00_a0.50.wav", RATE_HZ, np.zeros(9600), "no decimal value for instID"),
        ("x_instID00.00_p99.00_a0.50.wav", RATE_HZ, np.zeros(9600), "p is 99, outside"),
        ("x_instID00.00_p64.00_a0.50.wav", RATE_HZ, np.zeros((9600, 2)), "silent throughout"),
        ("x_instID00.00_p64.00_a0.50.wav", RATE_HZ, np.sin(np.arange(50)), "too few"),
    ],
)
def test_what_does_not_fit(
    tmp_path: Path, name: str, rate_hz: int, audio: np.ndarray, match: str
) -> None:
    sf.write(tmp_path / name, audio, rate_hz)
    with pytest.raises(InputError, match=match) as error:
        load(tmp_path)
    assert name in str(error.value)


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no audio files"):
        load(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        load(tmp_path / "none")


def test_stereo_flacs_named_by_note_in_folders(tmp_path: Path) -> None:
    times = np.arange(30_000) / 44_100
    for kind in ("flute", "horn"):
        (tmp_path / kind).mkdir()
        for note, hz in (("A3", 220.0), ("A4", 440.0)):
            tone = 0.4 * np.sin(2 * np.pi * hz * times)
            sf.write(tmp_path / kind / f"{note}.flac", np.stack([tone, tone], axis=1), 44_100)
    raw = {
        "plugin": {"name": "x"},
        "data": {"folder": str(tmp_path)},
        "conditioning": [each.table for each in propose(tmp_path)],
    }
    config = parse_gru(raw, "test")
    said = list[str]()
    data = load_recordings(tmp_path, config.data, config.conditioning, 100, said.append)
    assert said == [
        f"{tmp_path}: 4 of 4 recordings converted: 4 from 44100 to 16000 Hz; 4 mixed to mono"
    ]
    np.testing.assert_array_equal(data.conditioning, [[0, 0], [1, 0], [0, 1], [1, 1]])
    np.testing.assert_array_equal(data.classes, [0, 0, 1, 1])
    for number, pitch in enumerate((57, 69, 57, 69)):
        start = int(data.starts[number])
        audio = codec.decode(CODEC, 256, data.codes[start : start + int(data.lengths[number])])
        assert pitch_of(audio, RATE_HZ) == pytest.approx(pitch, abs=0.01)


def test_silence_at_the_end_is_neither_trained_nor_held_out(tmp_path: Path) -> None:
    write_set(tmp_path)
    for path in tmp_path.glob("*.wav"):
        audio, _ = sf.read(path)
        sf.write(path, np.concatenate([audio, np.zeros(RATE_HZ)]), RATE_HZ)
    config = small_config(tmp_path, data={"held_out_from": "sound"})
    data = load_recordings(tmp_path, config.data, config.conditioning, 100)
    np.testing.assert_allclose(data.lengths / RATE_HZ, 0.62, atol=0.011)
    assert load(tmp_path).lengths.tolist() == [9600 + RATE_HZ] * 6
    short = load_recordings(tmp_path, config.data, config.conditioning, 1500)
    assert ((short.lengths - short.train_lengths) == 1500).all()  # with some of the silence


def test_the_channel_that_is_trained_is_measured(tmp_path: Path) -> None:
    times = np.arange(RATE_HZ) / RATE_HZ
    for name, hz in (("a", 220.0), ("b", 440.0)):
        channels = [0.4 * np.sin(2 * np.pi * each * times) for each in (110.0, hz)]
        sf.write(tmp_path / f"{name}.wav", np.stack(channels, axis=1), RATE_HZ)
    pitch = {"from": "measured", "name": "pitch", "minimum": 57.0, "maximum": 69.0, "default": 60.0}
    raw = {
        "plugin": {"name": "x"},
        "data": {"folder": str(tmp_path), "channels": 2},
        "conditioning": [pitch],
    }
    config = parse_gru(raw, "test")
    data = load_recordings(tmp_path, config.data, config.conditioning, 100)
    np.testing.assert_allclose(data.conditioning, [[0], [1]], atol=0.001)
