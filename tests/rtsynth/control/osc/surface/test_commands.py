"""The table of OSC commands, and finding one by its address."""

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.compiler.control_info import control_infos
from rtsynth.control.osc.addresses import control_address
from rtsynth.control.osc.space.values import VALUE_COMMANDS
from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS, OF_SLOTS, REPLIES, find_command
from tests.rtsynth.plugins import tiers_plugin

EVERY = {
    **GLOBAL_COMMANDS,
    **OF_SLOTS,
    **{f"value {how}": command for how, command in VALUE_COMMANDS.items()},
}


@pytest.mark.parametrize("name", EVERY)
def test_a_command_says_what_its_arguments_are(name: str) -> None:
    command = EVERY[name]
    assert len(command.arguments) == len(command.kinds) >= command.required
    assert command.about.endswith(".")


def test_an_answer_is_no_command() -> None:
    assert not REPLIES & GLOBAL_COMMANDS.keys()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("centroid", "centroid"),
        ("centroid/take", "centroid.take"),
        ("centroid/offset", "centroid.offset"),
        ("centroid/scale", "centroid.scale"),
        ("motion/beta", "motion.beta"),
    ],
)
@pytest.mark.parametrize("how", ["", "/norm", "/get"])
def test_addresses_name_controls(address: str, name: str, how: str) -> None:
    plain, found = (
        find_command(f"/slot/3/param/x{how}"),
        find_command(f"/slot/3/param/{address}{how}"),
    )
    assert (found.slot, found.name) == (3, name)
    assert found.command is plain.command


def test_every_control_has_an_address_of_its_own() -> None:
    infos = control_infos(tiers_plugin())
    addresses = {control_address(1, info): name for name, info in infos.items()}
    assert len(addresses) == len(infos)
    for address, name in addresses.items():
        assert find_command(address).name == name


@pytest.mark.parametrize(
    "address",
    ["centroid/bend", "centroid/take/offset", "centroid/take/norm/get", "centroid/take/", "/take",
     "centroid//take", "centroid.take/x"],
)  # fmt: skip
def test_parts_that_do_not_exist_are_no_addresses(address: str) -> None:
    with pytest.raises(ControlError, match="unknown address"):
        find_command(f"/slot/1/param/{address}")
