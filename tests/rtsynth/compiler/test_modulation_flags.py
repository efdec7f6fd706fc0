"""--modulate, for several plugins at once."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.compiler.modulation_flags import check_modulation, depths_for
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import tiers_plugin


def test_each_plugin_takes_what_it_has(plugin: Plugin, capsys: pytest.CaptureFixture[str]) -> None:
    three = tiers_plugin()
    asked = {("lfo1", "instrument"): 0.5, ("walk", "centroid"): 2.0, ("macro1", "gain"): -0.25}
    check_modulation([plugin, three], asked)
    assert depths_for(plugin, asked) == {("lfo1", "instrument"): 0.5, ("macro1", "gain"): -0.25}
    assert capsys.readouterr().err == ""
    assert depths_for(three, asked) == {("walk", "centroid"): 1.0, ("macro1", "gain"): -0.25}
    said = capsys.readouterr().err
    assert said == "rtsynth: --modulate walk:centroid: 2 is out of range: clamped to 1\n"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (("lfo5", "pitch"), "--modulate lfo5:pitch: modulation source 'lfo5' is unknown"),
        (("lfo1", "nope"), "--modulate lfo1:nope: parameter 'nope' is unknown; random has"),
        (("lfo1", "tempo"), "--modulate lfo1:tempo: tempo cannot be modulated"),
    ],
)
def test_what_none_has_is_refused(plugin: Plugin, key: tuple[str, str], text: str) -> None:
    with pytest.raises(InputError, match=text):
        check_modulation([plugin, tiers_plugin()], {key: 0.5})
