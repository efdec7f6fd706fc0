"""What the window sends: OSC messages built by python-osc, as any other client's may be."""

from pythonosc.osc_message_builder import OscMessageBuilder

from rtsynth.control.osc.packet import Argument


def message(address: str, *arguments: Argument) -> bytes:
    """The datagram of one message."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(_readable(argument) if isinstance(argument, str) else argument)
    return bytes(builder.build().dgram)


def _readable(text: str) -> str:
    """A text as UTF-8 can say it: the names of files may hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode()
