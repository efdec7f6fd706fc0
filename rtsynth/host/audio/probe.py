"""Run as a program: looks for an output device until it is there, then ends with status 0.

    python -m rtsynth.host.audio.probe NAME API      (both empty: any device)

PortAudio makes its list of devices once, when it is started, and may take the process along when
the sound server it knew has died. So it is started again and again here, and in a process that
nobody would miss.
"""

import os
import sys
import time

from rtsynth.common.errors import RtsynthError
from rtsynth.host.audio.portaudio import find_again, import_sounddevice, quiet_stderr

EVERY_S = 2.0
LIFE_S = 30.0  # then another process takes its place: what hangs or leaks does so for no longer


def main(name: str, api: str) -> int:
    """0 once the device is there; 1: not yet."""
    parent, end_s = os.getppid(), time.monotonic() + LIFE_S
    os.environ["JACK_NO_START_SERVER"] = "1"  # looking for a sound server must not start one
    while time.monotonic() < end_s and os.getppid() == parent:
        try:
            find_again(name, api)
        except RtsynthError:
            time.sleep(EVERY_S)
        else:
            return 0
        _start_again()
    return 1


def _start_again() -> None:
    try:
        sounddevice = import_sounddevice()
        with quiet_stderr():
            while sounddevice._initialized:
                sounddevice._terminate()
            sounddevice._initialize()
    except RtsynthError:
        return  # not there yet: the next look says so, too


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
