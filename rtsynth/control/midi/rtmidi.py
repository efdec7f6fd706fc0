"""The MIDI inputs of this machine, through RtMidi: listed, opened and read.

RtMidi speaks to ALSA, JACK, CoreMIDI and Windows. Its binding is supriya-midi: the only one with
wheels for Python 3.11 to 3.14 on Linux (Intel and ARM), macOS and Windows that reports an error
instead of ending the process.
"""

import ctypes
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.control.midi.news import News, open_news
from rtsynth.host.audio.portaudio import quiet_stderr

QUEUE_MESSAGES = 4096
CLIENT_NAME = "rtsynth-midi"  # rtsynth itself is the client that plays
VIRTUAL_CLIENT, VIRTUAL_PORT = "rtsynth-in", "midi"  # of the virtual input: rtsynth-in:midi
ALSA_SEQUENCER = Path("/dev/snd/seq")


class MidiUnavailableError(InputError):
    """There is no MIDI on this machine; the text gives the reason and the remedy."""


class PortError(InputError):
    """A MIDI input that cannot be opened."""


def import_rtmidi() -> Any:
    """The `supriya_midi` module.

    Its wheel for Linux brings a libjack of its own, whose protocol neither a current JACK server
    nor PipeWire speaks. The system's, loaded before it for all to use, takes its place.

    Raises:
        MidiUnavailableError: it is not installed, or a library of the system that it needs is not.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # no JACK on this machine
            ctypes.CDLL("libjack.so.0", mode=ctypes.RTLD_GLOBAL)
    try:
        import supriya_midi
    except ModuleNotFoundError as error:
        raise MidiUnavailableError(
            "supriya-midi is missing (pip install 'rtsynth[midi]')"
        ) from error
    except ImportError as error:
        raise MidiUnavailableError(f"no MIDI: {error}") from error
    return supriya_midi


class _Input:
    """An input of RtMidi's that is not connected yet.

    RtMidi calls a function about every error. It must not raise: an exception on its way through
    the C++ code would leave RtMidi believing that it is still reporting that first error.
    """

    def __init__(self, jack: bool, client_name: str = CLIENT_NAME) -> None:
        rtmidi = import_rtmidi()
        if not jack and sys.platform == "linux" and not ALSA_SEQUENCER.exists():
            # asking ALSA would add lines of its own to the terminal
            raise MidiUnavailableError(f"no ALSA sequencer ({ALSA_SEQUENCER}) on this machine")
        api = rtmidi.RtMidiAPI.UNIX_JACK if jack else rtmidi.RtMidiAPI.UNSPECIFIED
        self._problem = ""
        try:
            with quiet_stderr():
                self.client = rtmidi.MidiIn(api, client_name, QUEUE_MESSAGES)
                self.client.set_error_callback(self._keep)
                self.client.ignore_types(sysex=True, timing=False, active_sense=True)
                self.client.get_port_count()  # a missing JACK server is noticed only here
        except RuntimeError as error:
            raise MidiUnavailableError(f"no MIDI: {_first_line(str(error))}") from error
        if problem := self.take_problem():
            self.client.delete()
            raise MidiUnavailableError(f"no MIDI: {problem}")

    def _keep(self, kind: Any, text: str, data: Any) -> None:
        self._problem = self._problem or _first_line(text)

    def take_problem(self) -> str:
        """What RtMidi has reported since the last call; "" for nothing."""
        problem, self._problem = self._problem, ""
        return problem


class Port:
    """An open MIDI input. RtMidi queues what arrives, without Python, until it is read."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self) -> list[int] | None:
        """The bytes of the next message, or None."""
        received = self._client.get_message()
        return None if received is None else received[0]

    def close(self) -> None:
        """Give the input back; it must not be read any more."""
        self._client.delete()


class MidiSystem:
    """The MIDI inputs of the operating system, or of a JACK server.

    Raises:
        MidiUnavailableError: no supriya-midi, no ALSA sequencer, no JACK server.
    """

    def __init__(self, *, jack: bool = False) -> None:
        self._jack = jack
        self._watcher = _Input(jack)

    def names(self) -> list[str]:
        """What is plugged in now; two devices of one name are numbered."""
        names = _unique(self._watcher.client.get_ports())
        self._watcher.take_problem()  # one that went away while it was asked for its name
        return names

    def open(self, name: str) -> Port:
        """Begin to receive from an input.

        Raises:
            MidiUnavailableError: there is no MIDI any more.
            PortError: the input is not there, or is refused, such as one that another program uses.
        """
        names = self.names()
        if name not in names:
            raise PortError("it is not there any more")
        opened = _Input(self._jack)
        opened.client.open_port(names.index(name), "in")
        if problem := opened.take_problem():
            opened.client.delete()
            raise PortError(problem)
        return Port(opened.client)

    def open_virtual(self) -> Port:
        """Become an input that other programs connect to: `VIRTUAL_CLIENT`:`VIRTUAL_PORT`.

        Raises:
            MidiUnavailableError: there is no MIDI any more.
            PortError: the system has no such inputs, as Windows has none.
        """
        opened = _Input(self._jack, VIRTUAL_CLIENT)
        opened.client.open_virtual_port(VIRTUAL_PORT)
        if problem := opened.take_problem():
            opened.client.delete()
            raise PortError(f"no virtual input: {problem}")
        return Port(opened.client)

    def news(self) -> News:
        """Ask for news of ports that come and go."""
        return open_news(jack=self._jack)

    def close(self) -> None:
        """Look for inputs no more; the ports stay open."""
        self._watcher.client.delete()


def input_names(*, jack: bool = False) -> list[str]:
    """Names of the MIDI inputs of this machine.

    Raises:
        MidiUnavailableError: there is no MIDI.
    """
    system = MidiSystem(jack=jack)
    try:
        return system.names()
    finally:
        system.close()


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0] or "RtMidi gives no reason"


def _unique(names: list[str]) -> list[str]:
    """Port names in order, equal ones numbered."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return unique
