"""A MIDI device: a JACK client with one output port, `NAME:out`."""

import time

from tests.requirements import require_module

CALLBACK_ENDS_S = 0.05  # a few cycles of the server


class Keyboard:
    """Plugged in when it is made."""

    def __init__(self, name: str) -> None:
        require_module("supriya_midi", "pip install 'rtsynth[midi]'")
        from rtsynth.control.midi.rtmidi import import_rtmidi

        rtmidi = import_rtmidi()
        self._out = rtmidi.MidiOut(rtmidi.RtMidiAPI.UNIX_JACK, name)
        self._out.open_virtual_port("out")

    def send(self, *data: int) -> None:
        """Send one message."""
        self._out.send_message(list(data))

    def unplug(self) -> None:
        """Take it away.

        RtMidi frees the buffers of its process callback before it closes the client; a callback
        that has no port reads none.
        """
        self._out.close_port()
        time.sleep(CALLBACK_ENDS_S)
        self._out.delete()
