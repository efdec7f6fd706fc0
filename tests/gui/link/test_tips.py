"""Tool-tips say what a control is for."""

import pytest

from rtsynth.common.control_info import Owner
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.tips import DESCRIPTIONS


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_the_windows_own_words(name: str) -> None:
    control = Control(name, 0, 1, 0, description="1 does it", owner=Owner.ENGINE, address="/a")
    assert control.tip.splitlines()[0] == DESCRIPTIONS[name]
    assert "1 does it" not in control.tip
    plugins = Control(name, 0, 1, 0, description="1 does it", owner=Owner.PLUGIN)
    assert plugins.tip.splitlines()[0] == "1 does it", "a parameter of that name is another thing"


def test_a_switch_needs_no_range() -> None:
    mute = Control(
        "mixer.mute", 0, 1, 0, labels=("off", "on"), owner=Owner.MIXER, address="/slot/1/mute"
    )
    assert mute.tip.splitlines() == [DESCRIPTIONS["mute"], "/slot/1/mute"]
