"""Recording the output: every frame, in a file that is whole."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.audiofile.writing import check_audio_path, container_of
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.host import take_file
from rtsynth.host.recorder import Recorder
from tests.rtsynth.engine.driver import started

pytestmark = pytest.mark.system

STEP_24_BIT = 2.0**-23


@pytest.mark.parametrize("ending", [".wav", ".flac", ".aiff", ".WAV"])
def test_it_writes_what_was_put_out(tmp_path: Path, compiled: Compiled, ending: str) -> None:
    driver = started(compiled, 48_000)
    driver.run(1000, 64)
    recorder = Recorder(driver.core, tmp_path / f"a{ending}")
    heard = np.concatenate([driver.run(5000, 64), driver.run(7000, 777)])
    assert (tmp_path / f"a{ending}").exists()  # under its own name from the start
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


def test_what_the_ring_forgot_is_counted(
    tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = started(compiled, 16_000)
    recorder = Recorder(driver.core, tmp_path / "a.wav")
    # Hold the recorder's thread off while more is put out than the ring holds.
    total = sh.OUT_CAPACITY + 10_000
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "_pull", lambda: None)
        driver.run(total, 4096)
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


def script(plugin_path: Path, path: Path) -> str:
    """A recording engine whose disk has room for 100,000 bytes; what is reported goes to stdout."""
    return f"""
import resource, time
from pathlib import Path
from rtsynth.compiler.compile import compile_plugin
from rtsynth.common.errors import EngineError
from rtsynth.plugin import load
from rtsynth.host.recorder import Recordings
from tests.rtsynth.engine.driver import started
driver = started(compile_plugin(load({str(plugin_path)!r})), 48_000)
told = []
recordings = Recordings(driver.core, told.append)
recordings.start(Path({str(path)!r}))
recorder = recordings._recorder
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""


@pytest.mark.parametrize(
    "ending",
    [
        ".wav",
        pytest.param(".aiff", marks=pytest.mark.measure),
        pytest.param(".flac", marks=pytest.mark.measure),
    ],
)
def test_a_full_disk_is_told_at_once_and_keeps_what_it_took(
    tmp_path: Path, plugin_path: Path, ending: str
) -> None:
    """A limit on the size of files stands for the disk; the engine plays on."""
    path = tmp_path / f"a{ending}"
    code = f"""
end = time.monotonic() + 60
while recordings.path is not None and time.monotonic() < end:
    driver.run(9600, 480)
    time.sleep(0.15)
print(told[0])
assert told == [recordings.problem] and recordings.path is None
try:
    recordings.stop()
except EngineError as error:
    assert str(error) == told[0]
print(recorder.frames)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
recordings.start(Path({str(path)!r}))
driver.run(4800, 480)
print(recordings.stop(), recordings.problem)
"""
    done = subprocess.run(
        [sys.executable, "-c", script(plugin_path, path) + code],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    line, frames, again = done.stdout.splitlines()
    assert line.startswith(f"{path}: the disk refused (")
    assert line.endswith(f"the recording ended after {int(frames) / 48_000:.1f} s, which are kept")
    assert 9600 <= int(frames) < 100_000 / (1 if ending == ".flac" else 3)
    assert soundfile.info(path).frames == int(frames)
    assert again == "4800 None"
    assert sorted(found.name for found in tmp_path.iterdir()) == [f"a-2{ending}", f"a{ending}"]


@pytest.mark.measure
def test_a_disk_that_is_full_at_the_end(tmp_path: Path, plugin_path: Path) -> None:
    path = tmp_path / "a.wav"
    code = """
driver.run(96_000, 480)  # the recorder may not have looked yet
try:
    recordings.stop()
except EngineError as error:
    print(error)
print(recorder.frames)
"""
    done = subprocess.run(
        [sys.executable, "-c", script(plugin_path, path) + code],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    line, frames = done.stdout.splitlines()
    assert line.startswith(f"{path}: the disk refused (File too large)")
    assert soundfile.info(path).frames == int(frames)


def test_where_a_format_ends_the_recording_goes_on_in_the_next_file(
    tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = take_file._PLAIN["AIFF"]._replace(most_samples=5001)
    monkeypatch.setitem(take_file._PLAIN, "AIFF", plain)
    driver = started(compiled, 48_000)
    told: list[str] = []
    recorder = Recorder(driver.core, tmp_path / "a.aiff", told.append)
    heard = driver.run(12_000, 64)
    recorder.finish()
    names = ["a.aiff", "a-2.aiff", "a-3.aiff"]
    parts = [soundfile.read(tmp_path / name)[0] for name in names]
    assert [part.size for part in parts] == [5001, 5001, 1998]
    assert recorder.frames == 12_000
    np.testing.assert_allclose(np.concatenate(parts), heard, atol=STEP_24_BIT)
    assert len(told) == 2
    assert told[0].endswith(f"continuing in {tmp_path / 'a-2.aiff'}")
