"""The command line as users meet it: a process, its streams, its exit status."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

TIMEOUT_S = 300.0  # a busy machine may have the kernels to compile


def spawn(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    """`rtsynth ARGUMENTS` in a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "rtsynth", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


def finished(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait for the end; no traceback may have been shown."""
    try:
        out, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert "Traceback" not in errors, errors
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


def rtsynth(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `rtsynth ARGUMENTS` to its end."""
    return finished(spawn(*arguments, **environment))


def succeeds(*arguments: str | Path, **environment: str) -> str:
    """Run it, demand status 0, return what it printed."""
    done = rtsynth(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*arguments: str | Path, **environment: str) -> str:
    """Run it, demand status 2, nothing on stdout and one line on stderr; return that line."""
    done = rtsynth(*arguments, **environment)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("rtsynth: ")
    return line


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Until a condition holds while the process lives."""
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.02)


def interrupt(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Ctrl-C."""
    process.send_signal(signal.SIGINT)
    return finished(process)
