"""Every control's address, and back."""

import pytest

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.control.osc.addresses import (
    control_address,
    followed_address,
    modulated_address,
    named_address,
    parameter_address,
    read_control_address,
    slot_address,
)
from rtsynth.control.osc.surface.commands import find_command


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
        ("attack", Owner.ENGINE, "/slot/3/envelope/attack"),
        ("mixer.pan", Owner.MIXER, "/slot/3/pan"),
        ("pan", Owner.PLUGIN, "/slot/3/param/pan"),
    ],
)
def test_addresses(name: str, owner: Owner, address: str) -> None:
    assert control_address(3, ControlInfo(name, 0, 1, 0, owner=owner)) == address
    for how in (None, "norm", "get"):
        whole = address if how is None else f"{address}/{how}"
        assert read_control_address(whole) == (3, name, how)
        found = find_command(whole)
        assert (found.slot, found.name) == (3, name)


@pytest.mark.parametrize("name", ["gain", "dc_block"])
def test_the_master_is_slot_0_and_has_addresses_of_its_own(name: str) -> None:
    address = control_address(0, ControlInfo(name, 0, 1, 0, owner=Owner.MIXER))
    assert address == f"/master/{name}"
    assert read_control_address(f"{address}/norm") == (0, name, "norm")
    assert read_control_address(f"/slot/0/{name}") is None


@pytest.mark.parametrize(
    "address",
    ["/master/pan", "/master/gain/get/get", "/slot/1/mixer/pan", "/slot/1/param", "/slot/1/param/",
     "/slot/x/gain", "/slot/123456/gain", "/slot/1", "/", "", "/slot/1/note/on", "slot/1",
     f"/slot/1/param/{'x' * 65}"],
)  # fmt: skip
def test_what_names_no_control(address: str) -> None:
    assert read_control_address(address) is None


def test_addresses_that_need_no_record() -> None:
    assert parameter_address(2, "pitch.take") == "/slot/2/param/pitch/take"
    assert named_address(2, "gain") == "/slot/2/gain"
    assert named_address(2, "pitch.take") == "/slot/2/param/pitch/take"
    assert named_address(2, "mixer.mute") == "/slot/2/mute"
    assert named_address(0, "gain") == "/master/gain"
    assert named_address(None, "gain") == "/slot/*/gain"
    assert followed_address(2) == "/slot/2/followed"
    assert modulated_address(2) == "/slot/2/modulated"
    assert slot_address(2, "note/on") == "/slot/2/note/on"
