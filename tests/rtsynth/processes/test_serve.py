"""The surfaces of an engine, and what ends it: signals, however they come."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from rtsynth.common.errors import EngineError
from rtsynth.control.oscquery.surface import OscQuerySurface
from rtsynth.processes.life import Life
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.serve import _surfaces, refusals, stop_on_signals
from rtsynth.processes.wish import take_refusal

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
]


def test_a_signal_is_noticed_and_ctrl_c_is_distinguished() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as flag:
        assert not flag.wait(0.0)
        os.kill(os.getpid(), signal.SIGTERM)
        assert flag.wait(5.0)
        assert not flag.interrupted
        os.kill(os.getpid(), signal.SIGINT)
        assert flag.wait(5.0)
        assert flag.interrupted
    assert signal.getsignal(signal.SIGTERM) is before


def test_only_a_start_that_fails_is_a_refusal(tmp_path: Path) -> None:
    life = Life(tmp_path, new=True)
    with pytest.raises(EngineError), refusals(tmp_path, life):
        raise EngineError("no such card")
    assert take_refusal(tmp_path) == "no such card"
    life.plays(0, 48_000, 128, waits=False)
    with pytest.raises(EngineError), refusals(tmp_path, life):
        raise EngineError("the disk is full")
    life.ends()
    with pytest.raises(EngineError), refusals(tmp_path, life):
        raise EngineError("the disk is full")
    assert take_refusal(tmp_path) == ""


@pytest.mark.measure
@pytest.mark.parametrize("pairs", [1000, pytest.param(6000, marks=pytest.mark.measure)])
def test_signals_on_top_of_each_other_never_hang_it(pairs: int) -> None:
    """Ctrl-C in a terminal: SIGINT for everybody, and at once the supervisor's SIGTERM.

    A handler that takes a lock (as that of threading.Event) hangs here nearly every time.
    """
    sender = """
        import os, signal, time
        for number in range({pairs}):
            os.kill({pid}, signal.SIGINT)
            end_s = time.perf_counter() + number % 50 * 1e-6
            while time.perf_counter() < end_s:
                pass
            os.kill({pid}, signal.SIGTERM)
            time.sleep(0.0005)
    """
    code = f"""
        import os, subprocess, sys, textwrap
        from rtsynth.processes.serve import stop_on_signals
        with stop_on_signals() as flag:
            code = textwrap.dedent({sender!r}).format(pairs={pairs}, pid=os.getpid())
            sender = subprocess.Popen([sys.executable, "-c", code])
            while sender.poll() is None:
                flag.is_set = False
                flag.wait(0.0001)
            assert sender.returncode == 0
            print("alive")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_oscquery_is_what_the_options_say() -> None:
    surfaces = _surfaces(EngineOptions(oscquery="off"), resumed=False)
    (query,) = (surface for surface in surfaces if isinstance(surface, OscQuerySurface))
    assert query.summary() == "OSCQuery off"
