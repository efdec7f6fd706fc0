"""Records of what there is to control, found by name and by number."""

from rtsynth.common.control_info import ControlInfo, Description, Owner, SlotInfo

PITCH = ControlInfo("pitch", 50, 90, 69, unit="MIDI", role="pitch")
GAIN = ControlInfo("gain", -60, 12, 0, unit="dB", owner=Owner.ENGINE)
SLOT = SlotInfo(
    number=3,
    plugin="tiny",
    description="",
    sample_rate_hz=16000,
    path="",
    precision="float32",
    threads=1,
    voices=1,
    delay_ms=0.0,
    parameters=(PITCH,),
    controls=(GAIN,),
    values={"pitch": 69.0, "gain": 0.0},
    followed={},
    taken=frozenset(),
)


def test_parameters_come_first() -> None:
    assert SLOT.every_control == (PITCH, GAIN)


def test_controls_are_found_by_name() -> None:
    assert SLOT.find("pitch") is PITCH
    assert SLOT.find("gain") is GAIN
    assert SLOT.find("pitc") is None


def test_slots_are_found_by_number() -> None:
    description = Description("1.0", (SLOT,))
    assert description.slot(3) is SLOT
    assert description.slot(1) is None
