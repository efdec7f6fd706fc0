"""Settings of the command line are checked against what plugins have."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.compiler.settings import check_settings, clamp_settings
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.plugins import random_plugin


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    parameters = [Parameter(name="bright", minimum=-1, maximum=2, default=0)]
    return random_plugin(tmp_path / "x.safetensors", parameters=parameters)


def test_a_setting_that_no_plugin_has(plugin: Plugin) -> None:
    check_settings([plugin], {"bright": 1, "gain": -3, "temperature": 0.5})
    with pytest.raises(InputError, match="--set brigt: .*bright"):
        check_settings([plugin], {"brigt": 1})


def test_values_are_clamped_aloud(plugin: Plugin, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"bright": 5.0, "gain": -3.0, "elsewhere": 9.0}
    assert clamp_settings(plugin, given) == {"bright": 2.0, "gain": -3.0, "elsewhere": 9.0}
    assert given["bright"] == 5.0
    assert capsys.readouterr().err == ("rtsynth: --set bright=5 is out of range: clamped to 2\n")
