"""The audio callback never takes the GIL, never allocates, never raises: proved and observed."""

import ctypes
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.kernels.limiter import CEILING, lookahead_frames
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.callback import stream_callback
from rtsynth.engine.program.layout import (
    BUILT_IN,
    GAIN,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET_FORGET,
    TARGET_SEED,
)
from rtsynth.host.core import EngineCore, make_voice
from tests.requirements import lacking, require
from tests.rtsynth.engine.driver import Driver, started
from tests.rtsynth.host.jack import JackServer

# What the callback may call: the clock (no system call on Linux), and instructions that LLVM names
# like functions.
ALLOWED = ("clock_gettime", "llvm.")


def _calls(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rtsynth.engine.live.callback_ir", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.measure
def test_all_the_callback_can_call_is_the_clock() -> None:
    """No Python, no GIL, no allocation, no lock can be reached, whatever the data."""
    calls = _calls()
    assert "clock_gettime" in calls
    assert "llvm.fma.v16f32" in calls  # the kernels are in there
    assert sorted(name for name in calls if not name.startswith(ALLOWED)) == []


@pytest.mark.measure
@pytest.mark.parametrize("life", ["--helper", "--ahead"])
def test_all_a_thread_beside_it_can_call_is_the_clock_and_a_wait(life: str) -> None:
    """It never asks for the GIL, so that a busy Python does not hold the sound up."""
    calls = _calls(life)
    assert {"clock_gettime", "usleep", "sched_yield", "llvm.fma.v16f32"} <= calls
    assert (
        sorted(name for name in calls if not name.startswith((*ALLOWED, "usleep", "sched_yield")))
        == []
    )


@pytest.mark.measure
def test_the_proof_finds_a_callback_that_can_raise() -> None:
    calls = _calls("--raising")
    assert "numba_gil_ensure" in calls
    assert any(name.startswith("Py") for name in calls)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33")
def test_ten_thousand_callbacks_allocate_nothing(compiled: Compiled) -> None:
    class Mallinfo2(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in
                    ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks",
                     "uordblks", "fordblks", "keepcost")]  # fmt: skip

    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = Mallinfo2
    driver = started(compiled, 48_000)
    buffer = np.zeros((32, 2), np.float32)
    out, words = ctypes.c_void_p(buffer.ctypes.data), ctypes.c_void_p(driver.core.words.ctypes.data)
    call = stream_callback.ctypes

    def many() -> None:
        for _ in range(10_000):
            call(None, out, 32, None, 0, words)

    # Python's own objects come from its pools; what glibc hands out must not grow by even one
    # block per callback (160 kB at the least).
    many()
    before = libc.mallinfo2()
    many()
    after = libc.mallinfo2()
    assert abs(int(after.uordblks) - int(before.uordblks)) < 16_000
    assert after.hblks == before.hblks
    assert driver.core.counter(sh.CALLBACKS) == 20_000


@pytest.mark.system
@pytest.mark.alone
@pytest.mark.jack
@pytest.mark.parametrize("ahead_ms", [0, 50])
def test_it_plays_on_while_a_thread_keeps_the_gil(
    plugin_path: os.PathLike[str], ahead_ms: float
) -> None:
    """A thread takes the GIL and does not give it back for 1.5 s: the callbacks go on."""
    require("jackd", "jack_lsp")
    with JackServer(rate_hz=48_000, block_frames=256) as server:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.rtsynth.engine.live.gil_hog",
                str(plugin_path),
                str(ahead_ms),
            ],
            env=os.environ | {"JACK_DEFAULT_SERVER": server.name},
            capture_output=True,
            text=True,
            timeout=120,
        )
    if done.returncode == 3:
        lacking(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    held_s, frames = done.stdout.split()
    assert float(held_s) >= 1.5
    # All but the scheduling slack of a busy machine.
    assert int(frames) >= 0.8 * float(held_s) * 48_000


def test_it_plays_on_while_other_threads_call_it(compiled: Compiled) -> None:
    """ctypes gives the GIL up for the call: the callback runs beside Python."""
    driver = started(compiled, 48_000)
    stop = threading.Event()

    def play() -> None:
        while not stop.is_set():
            driver.run(4096, 4096)

    thread = threading.Thread(target=play)
    thread.start()
    try:
        counted, end = 0, time.monotonic() + 0.3
        while time.monotonic() < end:
            counted += 1
    finally:
        stop.set()
        thread.join()
    assert counted > 1000
    assert driver.core.counter(sh.CALLBACKS) > 10


# --- what it puts out ----------------------------------------------------------------------------


def test_counters_and_rings(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    core = driver.core
    audio = driver.run(1000, 64)
    assert core.counter(sh.CALLBACKS) == 16
    assert core.counter(sh.OUT_HEAD) == 1000
    assert core.counter(sh.FRAMES) == 1000 + lookahead_frames(48_000)
    assert core.counter(sh.BLOCK_FRAMES) == 1000 % 64
    assert core.counter(sh.XRUNS) == 0
    driver.run(64, 64, flags=4)  # paOutputUnderflow
    driver.run(64, 64, flags=8)  # paOutputOverflow, which is not ours
    assert core.counter(sh.XRUNS) == 1
    head, heard = core.read_output(0)
    assert head == 1128
    np.testing.assert_array_equal(heard[:1000], audio)
    durations = core.callback_ns()
    assert durations.size == 18
    assert durations.sum() == core.counter(sh.BUSY_NS)
    assert np.all(durations > 0)


def test_the_output_ring_forgets_the_oldest(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    audio = driver.run(sh.OUT_CAPACITY + 5000, 4096)
    head, heard = driver.core.read_output(0)
    assert head == audio.size
    assert heard.size == sh.OUT_CAPACITY - sh.CHUNK_FRAMES
    np.testing.assert_array_equal(heard, audio[-heard.size :])
    assert driver.core.read_output(head)[1].size == 0


@pytest.mark.parametrize("channels", [1, 2, 7])
def test_channels(compiled: Compiled, channels: int) -> None:
    audio = started(compiled, 48_000, channels).run(500, 100)
    np.testing.assert_array_equal(audio, started(compiled, 48_000, 2).run(500, 100))


def test_without_a_plugin_or_with_master_off_there_is_silence(compiled: Compiled) -> None:
    empty = EngineCore(48_000, 2)
    empty.set_master(True)
    np.testing.assert_array_equal(Driver(empty).run(300, 64), np.zeros(300))
    off = started(compiled, 48_000)
    off.core.set_master(False)
    np.testing.assert_array_equal(off.run(300, 64), np.zeros(300))


def test_master_fades_in_twenty_milliseconds(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    reference = started(compiled, 48_000)
    reference.run(4800, 480)
    driver.run(4800, 480)
    driver.core.set_master(False)
    faded, full = driver.run(1100, 64), reference.run(1100, 64)
    line = np.maximum(1 - np.arange(1, 1101) / 960, 0)
    np.testing.assert_allclose(faded, full * line, atol=1e-4)
    assert np.all(faded[961:] == 0)


def test_the_limiter_is_transparent_below_its_ceiling_and_holds_it(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    plain = driver.run(8000, 256)
    assert np.abs(plain).max() < CEILING
    driver.push(GAIN, 8.0)
    loud = driver.run(16_000, 256)
    assert np.abs(loud).max() > 0.9
    assert np.abs(loud).max() <= CEILING * (1 + 1e-6)
    # Quiet again, and the limiter lets go, by 17 dB a second.
    driver.push(GAIN, 0.4)
    driver.run(48_000, 256)
    reference = started(compiled, 16_000)
    reference.run(72_000, 256)
    np.testing.assert_array_equal(driver.run(1000, 256), reference.run(1000, 256))


def test_meters(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    audio = driver.run(32_000, 128)
    peak, square = driver.core.levels[0]
    assert 0 < peak <= np.abs(audio).max() * (1 + 1e-6)
    assert peak >= np.abs(audio[-128:]).max() * (1 - 1e-6)
    assert square == pytest.approx(np.mean(audio[-16_000:] ** 2), rel=0.3)
    assert np.all(driver.core.levels[1:] == 0)


# --- events --------------------------------------------------------------------------------------


def test_events_take_effect_at_their_frame(compiled: Compiled) -> None:
    """A reseed at a device frame changes nothing before it (but for the delay of one sample)."""
    plain = started(compiled, 16_000).run(2000, 128)
    for frame in (129, 500, 1023, 1024, 1025):
        driver = started(compiled, 16_000)
        first = driver.run(128, 128)
        assert driver.push(TARGET_SEED, 77.0, frame)
        audio = np.concatenate([first, driver.run(1872, 128)])
        np.testing.assert_array_equal(audio[: frame + 1], plain[: frame + 1])
        assert np.mean(audio[frame + 1 : frame + 51] != plain[frame + 1 : frame + 51]) > 0.5


def test_late_events_act_now_and_are_counted(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    driver.run(1000, 100)
    driver.push(BUILT_IN + 2, 76.0, 500)
    driver.push(BUILT_IN + 2, 70.0, sh.NOW)
    driver.run(100, 100)
    assert driver.core.counter(sh.LATE_EVENTS) == 1


def test_events_for_a_voice_that_is_gone_are_let_go(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    stranger = make_voice(compiled, 48_000)
    before = stranger.words.copy()
    for _ in range(15):
        assert driver.core.push(stranger, GAIN, 0.0)
    driver.run(100, 100)
    assert driver.core.words[sh.EVENT_TAIL] == driver.core.words[sh.EVENT_HEAD] == 15
    np.testing.assert_array_equal(stranger.words, before)


def test_events_for_the_next_voice_wait_for_it(compiled: Compiled) -> None:
    """Published while an earlier change of plugin still fades."""
    driver = started(compiled, 48_000)
    driver.run(640, 64)
    driver.core.play(0, make_voice(compiled, 48_000))
    driver.run(64, 64)
    assert driver.core.counter(sh.FADING)
    driver.voice = make_voice(compiled, 48_000)
    sh.write_word(driver.core.words, sh.NEXT, driver.voice.address)
    driver.push(BUILT_IN + 2, 76.0)
    driver.run(64, 64)
    assert driver.core.counter(sh.CURRENT) != driver.voice.address
    driver.run(4800, 64)
    assert driver.core.counter(sh.CURRENT) == driver.voice.address
    row = HEADER_FLOATS + (BUILT_IN + 2) * PARAMETER_FLOATS
    assert driver.voice.arena[row] == 76


def test_a_full_ring_says_so_and_recovers(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    taken = sum(driver.push(GAIN, 1.0) for _ in range(sh.EVENT_CAPACITY + 10))
    assert taken == sh.EVENT_CAPACITY
    driver.run(256, 64)
    assert driver.push(GAIN, 1.0)


def test_a_flood_ends_at_the_last_value(compiled: Compiled) -> None:
    """However many changes come at once, the last one is where a knob ends up."""
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    for step in range(5000):
        assert driver.push(GAIN, step / 4999)
    driver.push(GAIN, 0.0)
    driver.run(2000, 128)
    np.testing.assert_array_equal(driver.run(500, 128), np.zeros(500))
    assert driver.core.counter(sh.LOST_EVENTS) == 0


def test_a_queue_full_of_later_events_still_lets_a_knob_move(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    for step in range(sh.QUEUE_CAPACITY):
        assert driver.push(GAIN, 0.4, 100_000 + step)
    driver.push(GAIN, 0.4, 500_000)  # further ahead than all that are kept
    driver.push(GAIN, 0.0)
    driver.run(1000, 128)
    np.testing.assert_array_equal(driver.run(500, 128), np.zeros(500))
    assert driver.core.counter(sh.LOST_EVENTS) == 2


@pytest.mark.parametrize("frame", [sh.NOW, 1500])
def test_what_is_for_later_is_forgotten(compiled: Compiled, frame: int) -> None:
    """Behind a time, or all of it; what came before the word stays, what comes after it is kept."""
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    row = HEADER_FLOATS + (BUILT_IN + 2) * PARAMETER_FLOATS
    for at, pitch in ((1000, 71.0), (1400, 72.0), (2000, 73.0), (3000, 74.0)):
        driver.push(BUILT_IN + 2, pitch, at)
    driver.push(TARGET_FORGET, 0.0, frame)
    driver.push(BUILT_IN + 2, 66.0, 4000)
    driver.run(3200, 128)
    assert driver.voice.arena[row] == (69.0 if frame == sh.NOW else 72.0)
    driver.run(1600, 128)
    assert driver.voice.arena[row] == 66.0
    assert driver.core.counter(sh.LOST_EVENTS) == 0
