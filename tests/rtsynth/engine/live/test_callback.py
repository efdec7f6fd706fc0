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
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.callback import deliver, stream_callback
from rtsynth.host.core import EngineCore
from tests.requirements import lacking, require
from tests.rtsynth.engine.driver import started
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
def test_the_callback_of_an_input_can_call_nothing() -> None:
    """With JACK the thread that plays calls it."""
    assert sorted(name for name in _calls("--listening") if not name.startswith("llvm.")) == []


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


@pytest.mark.parametrize("channels", [1, 2])
def test_a_head_that_went_back_too_far_for_a_moment_is_silence(channels: int) -> None:
    """Nothing of what the device's buffer held before comes out, and nothing is played twice."""
    core = EngineCore(48_000, channels)
    core.out_ring[:] = 0.5
    core.words[[sh.PLAYED, sh.CLAIM]] = 1000
    out = np.full((64, channels), 0.25, np.float32)
    core.words[sh.OUT_HEAD] = 990
    assert not deliver(core.words, out)
    assert not out.any()
    assert core.counter(sh.PLAYED) == core.counter(sh.CLAIM) == 1000
    core.words[sh.OUT_HEAD] = 1040
    assert not deliver(core.words, out)
    assert (out[:40] == 0.5).all()
    assert not out[40:].any()
    assert core.counter(sh.PLAYED) == core.counter(sh.CLAIM) == 1040


@pytest.mark.system
@pytest.mark.alone
@pytest.mark.jack
@pytest.mark.parametrize("ahead_ms", [0, pytest.param(50, marks=pytest.mark.measure)])
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
