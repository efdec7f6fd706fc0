"""The default table."""

from dataclasses import replace

import pytest

from rtsynth.common.control_info import Generation
from rtsynth.host.mapping.binding import CC, NRPN, Physical
from rtsynth.host.mapping.defaults import DEFAULT_CCS, default_binding
from tests.rtsynth.control.recording_engine import RecordingEngine

SLOT = RecordingEngine().describe().slots[0]  # instrument, amplitude, pitch, rate
TIER = Generation("motion", 50.0, "hold", 0.0)


@pytest.mark.parametrize(
    ("cc", "target"),
    [(1, "instrument"), (2, "amplitude"), (11, None), (7, "gain"), (12, "temperature"),
     (13, "top_p"), (16, "instrument"), (17, "amplitude"), (18, "pitch"), (19, "rate"),
     (70, "instrument"), (73, "rate"), (20, None), (79, None), (3, None), (64, None),
     (10, "mixer.pan")],
)  # fmt: skip
def test_the_default_table(cc: int, target: str | None) -> None:
    binding = default_binding(Physical(CC, cc, 1, "keys"), SLOT)
    assert (None if binding is None else binding.target) == target


def test_a_pan_of_the_plugin_comes_before_the_mixers() -> None:
    own = replace(SLOT, parameters=(replace(SLOT.parameters[0], name="pan"),))
    binding = default_binding(Physical(CC, 10), own)
    assert binding is not None
    assert binding.target == "pan"


def test_a_plugin_without_parameters_has_built_in_controls_only() -> None:
    bare = replace(SLOT, parameters=())
    assert default_binding(Physical(CC, 1), bare) is None
    assert default_binding(Physical(CC, 16), bare) is None
    volume = default_binding(Physical(CC, 7), bare)
    assert volume is not None
    assert (volume.target, volume.span, volume.curve) == ("gain", (-60.0, 0.0), "volume")


def test_nothing_but_controllers_has_a_default() -> None:
    assert default_binding(Physical(NRPN, 7), SLOT) is None
    assert {cc for cc in range(128) if default_binding(Physical(CC, cc), SLOT)} < set(DEFAULT_CCS)


def test_what_a_tier_generates_is_not_grabbed() -> None:
    first, *others = SLOT.parameters
    generated = replace(SLOT, parameters=(replace(first, generation=TIER), *others))
    for cc in (16, 70):
        assert default_binding(Physical(CC, cc), generated) is None
    wheel = default_binding(Physical(CC, 1), generated)
    assert wheel is not None
    assert wheel.target == "rate"  # the next that is neither pitch nor amplitude
    second = default_binding(Physical(CC, 17), generated)
    assert second is not None
    assert second.target == "amplitude"  # where it is without a tier
