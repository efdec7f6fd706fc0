"""Run as a program: plays to JACK, takes the GIL for 1.5 s, counts what was played.

Arguments: the plugin, and how far ahead it is computed (ms). Prints the seconds the GIL was held
and the frames played meanwhile; ends with status 3 and a line on stderr where there is no device to
play to.
"""

import ctypes
import sys
import time

from rtsynth import EngineError, Host
from rtsynth.engine.live import shared as sh


def main() -> int:
    try:
        host = Host(find_jack(), ahead_ms=float(sys.argv[2]))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 3
    with host:
        host.load(sys.argv[1])
        host.start()
        while host.core.counter(sh.CALLBACKS) < 20:
            time.sleep(0.01)
        usleep = ctypes.PyDLL(None).usleep  # PyDLL: the call keeps the GIL
        frames, began = host.core.counter(sh.PLAYED), time.monotonic()
        usleep(1_500_000)
        held_s = time.monotonic() - began
        frames = host.core.counter(sh.PLAYED) - frames
        print(held_s, frames)
    return 0


def find_jack() -> str:
    """The number of the JACK system's output device."""
    from rtsynth.host.audio.portaudio import NoDeviceError, output_devices

    for device in output_devices():
        if device["api"] == "JACK Audio Connection Kit":
            return str(device["index"])
    raise NoDeviceError("PortAudio was built without JACK")


if __name__ == "__main__":
    sys.exit(main())
