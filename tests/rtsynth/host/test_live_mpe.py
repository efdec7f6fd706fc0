"""MPE while an engine plays: bend, pressure and timbre of eight notes reach one voice each."""

import mido
import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.program.layout import BEND, BUILT_IN, EXPRESSION
from tests.rtsynth.host.test_slot_notes import arrives

pytestmark = pytest.mark.system

INSTRUMENT, PITCH = BUILT_IN, BUILT_IN + 2
MEMBERS = range(1, 9)


def test_each_voice_is_moved_alone(compiled: Compiled) -> None:
    with Host("null", precision="float32", voices=8) as host:
        slot = host.load(compiled)
        host.start()
        router = MidiRouter(host)
        for control, value in ((101, 0), (100, 6), (6, 8)):
            router.handle(mido.Message("control_change", control=control, value=value))
        for member in MEMBERS:
            router.handle(mido.Message("note_on", channel=member, note=64 + member, velocity=127))
        for member in MEMBERS:
            router.handle(mido.Message("pitchwheel", channel=member, pitch=128 * member))
            router.handle(mido.Message("aftertouch", channel=member, value=10 * member))
            router.handle(
                mido.Message("control_change", channel=member, control=74, value=127 - member)
            )
        arrives(slot, PITCH, [64.0 + member for member in MEMBERS])
        arrives(slot, BEND, [48 * 128 * member / 8191 for member in MEMBERS])
        arrives(slot, EXPRESSION, [10 * member / 127 for member in MEMBERS])
        arrives(slot, INSTRUMENT, [(127 - member) / 127 for member in MEMBERS])
        router.handle(mido.Message("pitchwheel", pitch=-8192))  # of the zone
        arrives(slot, BEND, [48 * 128 * member / 8191 - 2 for member in MEMBERS])
        assert slot["instrument"] == 0.0
