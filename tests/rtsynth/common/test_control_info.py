"""Records of what there is to control, found by name and by number."""

from dataclasses import replace

from rtsynth.common.control_info import MASTER, ControlInfo, Description, Owner, Place, SlotInfo

PITCH = ControlInfo("pitch", 50, 90, 69, unit="MIDI", role="pitch")
GAIN = ControlInfo("gain", -60, 12, 0, unit="dB", owner=Owner.ENGINE)
PAN = ControlInfo("mixer.pan", -1, 1, 0, owner=Owner.MIXER)
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
    mixer=(PAN,),
    values={"pitch": 69.0, "gain": 0.0},
    followed={},
    taken=frozenset(),
)


def test_parameters_come_first() -> None:
    assert SLOT.every_control == (PITCH, GAIN, PAN)


def test_controls_are_found_by_name() -> None:
    assert SLOT.find("pitch") is PITCH
    assert SLOT.find("gain") is GAIN
    assert SLOT.find("pitc") is None


def test_the_mixers_controls_have_a_short_name_unless_the_plugin_has_it() -> None:
    assert SLOT.find("mixer.pan") is SLOT.find("pan") is PAN
    own = replace(PITCH, name="pan")
    with_own = replace(SLOT, parameters=(own,))
    assert with_own.find("pan") is own
    assert with_own.find("mixer.pan") is PAN


def test_places_are_the_slots_and_the_master() -> None:
    master = Place(number=MASTER, controls=(GAIN,), values={"gain": 0.0})
    assert Description("1.0", (SLOT,), master).places == {0: master, 3: SLOT}
    assert Description("1.0", (SLOT,)).places[MASTER].every_control == ()
    assert master.find("gain") is GAIN


def test_a_switch_is_the_engines_own() -> None:
    switch = replace(PAN, labels=("off", "on"))
    assert switch.is_switch
    assert not replace(switch, owner=Owner.PLUGIN).is_switch  # a class, mixed in between
    assert not replace(switch, labels=("a", "b")).is_switch
