"""Previews reach a sound device: ALSA's own, which writes to a file."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.errors import InputError
from rtsynth_gui.browser.player import prepared, read_sound

NO_DEVICE = """
pcm.!default { type hw card 31 }
ctl.!default { type hw card 31 }
defaults.pcm.card 31
"""
ALSA = """
pcm.!default {{ type file slave.pcm "null" file "{out}" format "raw" }}
pcm.null {{ type null }}
ctl.!default {{ type hw card 0 }}
"""


def tone(path: Path, rate_hz: int = 16_000) -> Path:
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate_hz // 4) / rate_hz)
    soundfile.write(path, samples, rate_hz)
    return path


def test_both_channels_at_the_rate_of_the_device(tmp_path: Path) -> None:
    audio, rate_hz = read_sound(tone(tmp_path / "a.wav"))
    assert audio.shape == (4000, 1)
    samples = prepared(audio, rate_hz, 48_000, 2)
    assert samples.shape == (12_000, 2)
    assert np.array_equal(samples[:, 0], samples[:, 1])
    assert 0.45 < np.abs(samples[1000:11_000]).max() < 0.55
    assert samples[-1, 0] == 0.0
    assert prepared(audio[:0], rate_hz, 48_000, 1).shape == (0, 1)


def test_what_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    for name in ("a.wav", "absent.wav"):
        with pytest.raises(InputError, match="not a readable sound file"):
            read_sound(tmp_path / name)


def run(path: Path, config: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "rtsynth_gui.browser.player", str(path)],
        env={**os.environ, "ALSA_CONFIG_PATH": str(config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


alsa = pytest.mark.skipif(sys.platform != "linux", reason="ALSA is Linux's")


@alsa
@pytest.mark.system
def test_it_is_played(tmp_path: Path) -> None:
    config, out = tmp_path / "asound.conf", tmp_path / "out.raw"
    config.write_text(ALSA.format(out=out))
    done = run(tone(tmp_path / "a.wav"), config)
    assert done.returncode == 0, done.stderr
    heard = np.fromfile(out, np.int16 if out.stat().st_size % 8 else np.float32)
    assert len(heard) > 0
    assert np.abs(heard).max() > 0


@alsa
@pytest.mark.system
def test_without_a_device_it_says_so_in_a_line(tmp_path: Path) -> None:
    config = tmp_path / "asound.conf"
    config.write_text(NO_DEVICE)
    done = run(tone(tmp_path / "a.wav"), config)
    assert done.returncode == 1
    assert "rtsynth: no sound output for previews: " in done.stderr.splitlines()[-1]
