"""Acts as messages."""

import pytest

from rtsynth.control.osc.events import event_message
from rtsynth.control.osc.packet import OscMessage, decode, encode
from rtsynth.host.changes import Action


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (Action(2, "note_on", (60.5, 0.5, None)), ("/slot/2/note/on", (60.5, 0.5))),
        (Action(1, "note_on", (60.0, 1.0, "a source")), ("/slot/1/note/on", (60.0, 1.0))),
        (Action(1, "note_off", (60.0, 7)), ("/slot/1/note/off", (60.0,))),
        (Action(3, "bend", (-2.0, ("port", 1))), ("/slot/3/bend", (-2.0,))),
        (Action(1, "seed", (7,)), ("/slot/1/seed", (7,))),
        (Action(1, "sound_off", ("a source",)), ("/slot/1/sound_off", ())),
        (Action(1, "silence"), ("/slot/1/silence", ())),
        (Action(1, "voice", (3, "pitch", 61.5)), ("/slot/1/voice/3/param/pitch", (61.5,))),
        (Action(0, "record"), ("/record", ())),
        (Action(1, "unheard_of", (1.0, "x", None, 2.0)), ("/slot/1/unheard_of", (1.0, "x"))),
    ],
)
def test_acts_are_sent_at_their_address(
    action: Action, message: tuple[str, tuple[float | str, ...]]
) -> None:
    address, arguments = event_message(action)
    assert (address, arguments) == message
    assert decode(encode(address, *arguments)) == [OscMessage(*message)]
