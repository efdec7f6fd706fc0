"""What a test needs from the machine: with it the test runs, without it the test says what to do.

In CI (the environment variable CI is set) nothing may be skipped: there the test fails instead.
"""

import importlib.util
import os
import shutil
from typing import NoReturn

import pytest

# program -> Debian package
PACKAGES = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xvfb-run": "xvfb",
    "ecasound": "ecasound",
    "fluidsynth": "fluidsynth",
    "jackd": "jackd2",
    "jack_midi_dump": "jackd2",
    "jack_transport": "jackd2",
    "pd": "puredata-core",
    "sclang": "supercollider-language",
    "sox": "sox",
}


def lacking(reason: str) -> NoReturn:
    """End the test because of `reason`, one plain sentence: skipped, or failed in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"nothing is skipped in CI: {reason}", pytrace=False)
    pytest.skip(reason)


def require(*programs: str) -> None:
    """Go on only if these programs are installed."""
    for program in programs:
        if shutil.which(program) is None:
            remedy = f" (Debian: apt install {PACKAGES[program]})" if program in PACKAGES else ""
            lacking(f"{program} is not installed{remedy}")


def require_module(name: str, remedy: str) -> None:
    """Go on only if the Python package `name` can be found."""
    if importlib.util.find_spec(name) is None:
        lacking(f"the Python package {name} is not installed ({remedy})")


def require_portaudio() -> None:
    """Go on only if PortAudio is installed and starts."""
    from rtsynth.host.audio.portaudio import NoDeviceError, import_sounddevice

    try:
        import_sounddevice()
    except NoDeviceError as error:
        lacking(str(error))
