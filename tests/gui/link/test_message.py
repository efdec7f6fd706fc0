"""What the window sends is what the engine reads."""

import pytest

from rtsynth.control.osc.packet import Argument, OscMessage, decode
from rtsynth_gui.link.message import message


@pytest.mark.parametrize(
    "arguments", [(), (1,), (0.5,), ("/tmp/clarinet.safetensors", 1), ("Tübingen", -6.0)]
)
def test_the_engine_reads_what_is_sent(arguments: tuple[Argument, ...]) -> None:
    assert decode(message("/slot/1/x", *arguments)) == [OscMessage("/slot/1/x", arguments)]


def test_a_file_name_that_is_no_text_is_sent_all_the_same() -> None:
    (read,) = decode(message("/slot/1/load", "take\udcff.safetensors"))
    assert read.arguments == ("take?.safetensors",)
