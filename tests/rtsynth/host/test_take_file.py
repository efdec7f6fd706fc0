"""Files being recorded to: readable at every moment, beyond 4 GiB, and never over another one."""

import os
import struct
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.errors import InputError
from rtsynth.host.take_file import (
    SAMPLE_BYTES,
    _PlainTake,
    aiff_header,
    new_take,
    next_take,
    repaired_frames,
    wav_header,
)

STEP_24_BIT = 2.0**-23
NOISE = np.random.default_rng(1).uniform(-1, 1, 20_001).astype(np.float32)
NOISE[:3] = [1, -1, 0]


@pytest.mark.parametrize("ending", ["wav", "aiff", "flac"])
def test_it_is_whole_at_every_moment(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    take = new_take(path, 48_000)
    for start in range(0, NOISE.size, 4801):  # odd numbers of 3-byte frames, too
        take.write(NOISE[np.newaxis, start : start + 4801])
        audio, rate_hz = soundfile.read(path)
        assert rate_hz == 48_000
        assert take.frames == audio.size
        given = min(start + 4801, NOISE.size)
        assert given - audio.size <= (4096 if ending == "flac" else 0)
        np.testing.assert_allclose(audio, NOISE[: audio.size], atol=STEP_24_BIT)
    take.close()
    audio, _ = soundfile.read(path)
    assert take.frames == audio.size == NOISE.size
    np.testing.assert_allclose(audio, NOISE, atol=STEP_24_BIT)
    assert path.stat().st_size % 2 == 0 or ending == "flac"


def test_other_readers_open_it(tmp_path: Path) -> None:
    take = new_take(tmp_path / "a.wav", 44_100)
    take.write(NOISE[np.newaxis, :101])
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnframes(), file.getframerate(), file.getsampwidth()) == (101, 44_100, 3)
    take.close()


@pytest.mark.system
@pytest.mark.parametrize("ending", ["wav", "aiff", "flac"])
def test_what_a_killed_process_wrote_is_there(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    code = f"""
import os, signal
from pathlib import Path
import numpy as np
from rtsynth.host.take_file import new_take
from tests.rtsynth.host.test_take_file import NOISE
take = new_take(Path({str(path)!r}), 48_000)
take.write(NOISE[np.newaxis, :9000])
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -9
    audio, _ = soundfile.read(path)
    assert audio.size == (8192 if ending == "flac" else 9000)
    np.testing.assert_allclose(audio, NOISE[: audio.size], atol=STEP_24_BIT)
    if ending != "flac":
        with path.open("ab") as file:  # sound that the header does not count yet, and a torn piece
            file.write(bytes(3 * 7 + 2))
        assert repaired_frames(path) == 9007
        assert path.stat().st_size % 2 == 0
    assert repaired_frames(path) == soundfile.info(path).frames
    after, _ = soundfile.read(path)
    np.testing.assert_array_equal(after[: audio.size], audio)


def test_foreign_files_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, NOISE, 48_000, subtype="PCM_16")
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"a\.wav: not a take recorded by rtsynth"):
        repaired_frames(path)
    assert path.read_bytes() == before
    path.write_bytes(b"no sound")
    with pytest.raises(InputError, match=r"a\.wav"):
        repaired_frames(path)


def test_beyond_4_gib_it_is_rf64(tmp_path: Path) -> None:
    """A file with a hole in it: 4 GiB of silence take no room."""
    path = tmp_path / "long.wav"
    most = (0xFFFF_FFFF - 72) // SAMPLE_BYTES
    assert wav_header(most - 1, 48_000, 1)[:4] == b"RIFF"
    assert wav_header(most + 1, 48_000, 1)[:4] == b"RF64"
    take = new_take(path, 48_000)
    header = len(wav_header(0, 48_000, 1))
    os.truncate(path, header + most * SAMPLE_BYTES)  # most frames, as if they had been written
    with path.open("r+b") as file:
        file.write(wav_header(most, 48_000, 1))
    take.frames = most
    assert isinstance(take, _PlainTake)
    os.lseek(take._handle, 0, os.SEEK_END)
    take.write(NOISE[np.newaxis])
    take.close()
    info = soundfile.info(path)
    assert (info.format, info.frames) == ("RF64", most + NOISE.size)
    with soundfile.SoundFile(path) as file:
        file.seek(most - 5)
        np.testing.assert_allclose(file.read()[5:], NOISE, atol=STEP_24_BIT)
    assert repaired_frames(path) == most + NOISE.size


def test_aiff_says_how_much_fits() -> None:
    most = (0xFFFF_FFFF - 47) // SAMPLE_BYTES
    assert int.from_bytes(aiff_header(most, 48_000, 1)[4:8], "big") > 0xFFFF_FF00
    with pytest.raises(struct.error):
        aiff_header(most + 16, 48_000, 1)


@pytest.mark.system
@pytest.mark.parametrize("ending", ["wav", "aiff", "flac"])
def test_a_full_disk_leaves_whole_frames(tmp_path: Path, ending: str) -> None:
    """A limit on the size of files stands for the disk."""
    path = tmp_path / f"a.{ending}"
    code = f"""
import resource
from pathlib import Path
import numpy as np
from rtsynth.host.take_file import new_take
from tests.rtsynth.host.test_take_file import NOISE
take = new_take(Path({str(path)!r}), 48_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    for start in range(0, NOISE.size, 1000):
        take.write(NOISE[np.newaxis, start : start + 1000])
except OSError as error:
    print(error.strerror)
try:
    take.close()
except OSError as error:
    print(error.strerror)
print(take.frames)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], timeout=60, check=True, capture_output=True, text=True
    )
    reason, *_, frames = done.stdout.splitlines()
    assert reason
    audio, _ = soundfile.read(path)
    assert audio.size == int(frames) >= 8192
    np.testing.assert_allclose(audio, NOISE[: audio.size], atol=STEP_24_BIT)


def test_a_take_never_overwrites_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    taken = []
    for _ in range(3):
        take = new_take(path, 48_000)
        taken.append(take.path.name)
        take.write(NOISE[np.newaxis])
        take.close()
    assert taken == ["take.wav", "take-2.wav", "take-3.wav"]
    assert [soundfile.info(tmp_path / name).frames for name in taken] == [NOISE.size] * 3
    assert next_take(tmp_path / "take-2.wav").name == "take-4.wav"
    # Also when nothing of the take before could be saved.
    assert next_take(tmp_path / "lost.wav").name == "lost-2.wav"
    for time_of_day in ("023807", "123807"):
        path = tmp_path / f"take-2026-11-30-{time_of_day}.wav"
        assert next_take(path).name == f"{path.stem}-2.wav"
        path.with_stem(f"{path.stem}-2").touch()
        assert next_take(path).name == f"{path.stem}-3.wav"
        assert next_take(path.with_stem(f"{path.stem}-2")).name == f"{path.stem}-3.wav"


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
@pytest.mark.parametrize("ending", ["wav", "aiff", "flac"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"\udcff.{ending}"
    take = new_take(path, 48_000)
    take.write(NOISE[np.newaxis])
    take.close()
    assert repaired_frames(path) == NOISE.size


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "folder.wav").mkdir()
    for name, problem in (
        ("no/a.wav", "does not exist"),
        ("folder.wav", "is a folder"),
        (f"{300 * 'a'}.wav", "too long"),
    ):
        with pytest.raises(InputError, match=problem):
            new_take(tmp_path / name, 48_000)
    with pytest.raises(InputError, match=r"a\.flac"):
        new_take(tmp_path / "a.flac", 10_000_000)  # FLAC ends at 655,350 Hz
    assert [path.name for path in tmp_path.iterdir()] == ["folder.wav"]
