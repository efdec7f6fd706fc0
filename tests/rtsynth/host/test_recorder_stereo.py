"""Takes of a sound that is panned: stereo, and never a sample lost where that begins."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.host.recorder import Recorder
from rtsynth.host.take_file import new_take, repaired_frames
from tests.rtsynth.engine.driver import started

STEP_24_BIT = 2.0**-23

STEREO = np.random.default_rng(1).uniform(-1, 1, (2, 9001)).astype(np.float32)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff"])
def test_what_is_panned_from_the_start_is_stereo(
    tmp_path: Path, compiled: Compiled, ending: str
) -> None:
    driver = started(compiled, 48_000)
    driver.core.push_setting(sh.PAN, 0.5)
    driver.run_all(1000, 64)
    recorder = Recorder(driver.core, tmp_path / f"a{ending}", stereo=True)
    heard = driver.run_all(9001, 100)
    recorder.finish()
    audio, _ = soundfile.read(tmp_path / f"a{ending}")
    assert audio.shape == (9001, 2)
    assert recorder.frames == 9001
    assert np.abs(heard[:, 0] - heard[:, 1]).max() > 0.01
    np.testing.assert_allclose(audio, heard, atol=STEP_24_BIT)


def test_a_mono_take_continues_in_stereo_where_left_and_right_part(
    tmp_path: Path, compiled: Compiled
) -> None:
    driver = started(compiled, 48_000)
    told: list[str] = []
    recorder = Recorder(driver.core, tmp_path / "a.wav", told.append)
    driver.core.push_setting(sh.PAN, -0.5, 5000)
    driver.core.push_setting(sh.PAN, 0.0, 8000)
    heard = driver.run_all(12_000, 64)
    recorder.finish()
    mono, _ = soundfile.read(tmp_path / "a.wav")
    stereo, _ = soundfile.read(tmp_path / "a-2.wav")
    assert mono.ndim == 1
    parted = int(np.flatnonzero(heard[:, 0] != heard[:, 1])[0])
    assert mono.size == parted >= 5000
    np.testing.assert_allclose(mono, heard[:parted, 0], atol=STEP_24_BIT)
    np.testing.assert_allclose(stereo, heard[parted:], atol=STEP_24_BIT)
    assert recorder.frames == 12_000
    mono_file, stereo_file = tmp_path / "a.wav", tmp_path / "a-2.wav"
    assert told == [
        f"{mono_file} is mono, and the sound is panned from here on; continuing in {stereo_file}"
    ]


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff"])
@pytest.mark.parametrize("mono_frames", [0, 1000])
def test_a_take_that_was_to_be_mono(
    tmp_path: Path, compiled: Compiled, ending: str, mono_frames: int
) -> None:
    """With nothing in it yet it becomes stereo; what is written, if only a little, stays."""
    driver = started(compiled, 48_000)
    driver.core.push_setting(sh.PAN, 0.5, mono_frames)
    if mono_frames == 0:
        driver.run_all(1000, 64)
    told: list[str] = []
    recorder = Recorder(driver.core, tmp_path / f"a{ending}", told.append)
    heard = driver.run_all(9001, 100)
    recorder.finish()
    files = sorted(tmp_path.iterdir())
    assert [file.stem for file in files] == (["a-2", "a"] if mono_frames else ["a"])
    assert len(told) == (1 if mono_frames else 0)
    stereo, _ = soundfile.read(files[0])
    assert recorder.frames == 9001
    parted = int(np.flatnonzero(heard[:, 0] != heard[:, 1])[0])
    assert parted >= mono_frames
    np.testing.assert_allclose(stereo, heard[parted if mono_frames else 0 :], atol=STEP_24_BIT)


@pytest.mark.parametrize("ending", ["wav", "aiff", "flac"])
def test_stereo_files_are_whole_and_repaired(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    take = new_take(path, 48_000, 2)
    take.write(STEREO[:, :5001])
    if ending != "flac":
        assert soundfile.info(path).frames == take.frames == 5001
        with path.open("ab") as file:  # sound that the header does not count yet, a torn piece
            file.write(bytes(6 * 7 + 5))
        assert repaired_frames(path) == 5008
        audio, _ = soundfile.read(path)
        np.testing.assert_allclose(audio[:5001], STEREO[:, :5001].T, atol=STEP_24_BIT)
    take.close()
