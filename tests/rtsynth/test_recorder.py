"""Recording what is heard: every frame, in a file that is whole."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.audio_write import check_audio_path, container_of
from rtsynth.engine import shared as sh
from rtsynth.engine.compile import Compiled
from rtsynth.errors import InputError
from rtsynth.recorder import Recorder
from tests.rtsynth.engine.driver import started

STEP_24_BIT = 2.0**-23


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff", ".WAV"])
def test_it_writes_what_was_put_out(tmp_path: Path, compiled: Compiled, ending: str) -> None:
    driver = started(compiled, 48_000)
    driver.run(1000, 64)
    recorder = Recorder(driver.core, tmp_path / f"a{ending}")
    heard = np.concatenate([driver.run(5000, 64), driver.run(7000, 777)])
    assert not (tmp_path / f"a{ending}").exists()  # not before it is whole
    recorder.finish()
    audio, rate_hz = soundfile.read(tmp_path / f"a{ending}")
    assert rate_hz == 48_000
    assert recorder.frames == audio.size == 12_000
    assert recorder.lost_frames == 0
    np.testing.assert_allclose(audio, heard, atol=STEP_24_BIT)
    assert [path.name for path in tmp_path.iterdir()] == [f"a{ending}"]


def test_it_keeps_up_with_a_running_engine(tmp_path: Path, compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    recorder = Recorder(driver.core, tmp_path / "a.wav")
    heard, end = [], time.monotonic() + 0.5
    while time.monotonic() < end:  # far faster than real time
        heard.append(driver.run(512, 128))
        time.sleep(0.001)
    recorder.finish()
    audio, _ = soundfile.read(tmp_path / "a.wav")
    np.testing.assert_allclose(audio, np.concatenate(heard), atol=STEP_24_BIT)


def test_what_the_ring_forgot_is_counted(tmp_path: Path, compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    recorder = Recorder(driver.core, tmp_path / "a.wav")
    # Hold the recorder's thread off while more is put out than the ring holds.
    pulling, recorder._pull = recorder._pull, lambda: None  # type: ignore[method-assign]
    total = sh.OUT_CAPACITY + 10_000
    driver.run(total, 4096)
    recorder._pull = pulling  # type: ignore[method-assign]
    recorder.finish()
    assert recorder.lost_frames == 10_000 + sh.CHUNK_FRAMES
    assert recorder.frames + recorder.lost_frames == total
    assert soundfile.info(tmp_path / "a.wav").frames == recorder.frames


def test_unknown_endings_are_refused(tmp_path: Path, compiled: Compiled) -> None:
    for name in ("a", "a.mp3", "a.wav.txt"):
        with pytest.raises(InputError, match=f"{name}: cannot write .* use .wav"):
            check_audio_path(tmp_path / name)
    core = started(compiled, 48_000).core
    with pytest.raises(InputError, match="does not exist"):
        Recorder(core, tmp_path / "no" / "a.wav")
    assert list(tmp_path.iterdir()) == []
    assert container_of(Path("x.AIF")) == "AIFF"


def test_a_rate_the_format_cannot_hold_leaves_nothing(tmp_path: Path, compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    driver.core.rate_hz = 10_000_000  # FLAC ends at 655,350 Hz
    with pytest.raises(InputError, match=r"a\.flac"):
        Recorder(driver.core, tmp_path / "a.flac")
    assert list(tmp_path.iterdir()) == []
    assert not any(thread.name == "recorder" for thread in threading.enumerate())


def test_a_full_disk_keeps_what_it_took(tmp_path: Path, plugin_path: Path) -> None:
    """A limit on the size of files stands for the disk; the engine plays on."""
    script = f"""
import resource, soundfile, time
from pathlib import Path
from rtsynth.engine.compile import compile_plugin
from rtsynth.errors import EngineError
from rtsynth.plugin import load
from rtsynth.recorder import Recorder
from tests.rtsynth.engine.driver import started
driver = started(compile_plugin(load({str(plugin_path)!r})), 48_000)
recorder = Recorder(driver.core, Path({str(tmp_path / "a.wav")!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for _ in range(6):
    driver.run(9600, 480)
    time.sleep(0.15)
try:
    recorder.finish()
except EngineError as error:
    print(error)
print(recorder.frames)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    line, frames = done.stdout.splitlines()
    assert line.startswith(f"{tmp_path / 'a.wav'}: the disk refused (")
    assert 9600 <= int(frames) < 100_000 / 3
    assert soundfile.info(tmp_path / "a.wav").frames == int(frames)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
