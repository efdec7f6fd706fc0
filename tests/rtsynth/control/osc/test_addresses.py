"""Every control's address, and back."""

import pytest

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.control.osc.addresses import (
    control_address,
    followed_address,
    named_address,
    parameter_address,
    slot_address,
)
from rtsynth.control.osc.commands import find_command


@pytest.mark.parametrize(
    ("name", "owner", "address"),
    [
        ("pitch", Owner.PLUGIN, "/slot/3/param/pitch"),
        ("gain", Owner.PLUGIN, "/slot/3/param/gain"),  # a parameter that is called like ours
        ("pitch.take", Owner.PARAMETER, "/slot/3/param/pitch/take"),
        ("pitch.scale", Owner.PARAMETER, "/slot/3/param/pitch/scale"),
        ("motion.beta", Owner.TIER, "/slot/3/param/motion/beta"),
        ("gain", Owner.ENGINE, "/slot/3/gain"),
        ("top_p", Owner.ENGINE, "/slot/3/sampling/top_p"),
        ("temperature", Owner.ENGINE, "/slot/3/sampling/temperature"),
    ],
)
def test_addresses(name: str, owner: Owner, address: str) -> None:
    assert control_address(3, ControlInfo(name, 0, 1, 0, owner=owner)) == address
    found = find_command(address)
    assert (found.slot, found.name) == (3, name)


def test_addresses_that_need_no_record() -> None:
    assert parameter_address(2, "pitch.take") == "/slot/2/param/pitch/take"
    assert named_address(2, "gain") == "/slot/2/gain"
    assert named_address(2, "pitch.take") == "/slot/2/param/pitch/take"
    assert followed_address(2) == "/slot/2/followed"
    assert slot_address(2, "note/on") == "/slot/2/note/on"
