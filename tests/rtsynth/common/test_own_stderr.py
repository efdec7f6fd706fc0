"""While libraries are silenced, what Python reports is shown."""

import subprocess
import sys

import pytest

from rtsynth.common.own_stderr import separate_stderr

PROGRAM = """
import os, sys, threading
from rtsynth.common.own_stderr import separate_stderr
from rtsynth.common.plain_text import log_to_stderr
from rtsynth.host.audio.portaudio import quiet_stderr
import logging

{separate}
log_to_stderr()
with quiet_stderr():
    os.write(2, b"chatter\\n")
    thread = threading.Thread(target=logging.getLogger("rtsynth").warning, args=("disk is full",))
    thread.start()
    thread.join()
os.write(2, b"afterwards\\n")
"""


@pytest.mark.system
@pytest.mark.parametrize(
    ("separate", "lines"),
    [
        ("separate_stderr()", ["rtsynth: disk is full", "afterwards"]),
        ("", ["afterwards"]),  # why it is needed
    ],
)
def test_another_thread_is_read_while_a_device_is_opened(separate: str, lines: list[str]) -> None:
    program = PROGRAM.replace("{separate}", separate)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == lines


def test_what_is_not_the_descriptor_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stderr
    separate_stderr()
    assert sys.stderr is before
