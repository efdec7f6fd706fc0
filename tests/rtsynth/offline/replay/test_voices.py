"""The plugins of a log: found wherever they are, refused when they are others."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.controls import place_in_all
from rtsynth.engine.program.layout import BUILT_IN
from rtsynth.host.event_lines import NewVoice
from rtsynth.host.event_start import rounded_weights
from rtsynth.host.voice import make_voice
from rtsynth.offline.replay.voices import VoiceMaker
from rtsynth.plugin import load
from tests.rtsynth.plugins import random_plugin

RATE_HZ = 44_100
PITCH = BUILT_IN + 2


@pytest.fixture
def line(plugin_path: Path, tmp_path: Path) -> NewVoice:
    file = tmp_path / "played" / "mine.safetensors"
    file.parent.mkdir()
    shutil.copy(plugin_path, file)
    start = [[PITCH, 70.5]]
    return NewVoice(1, "random", str(file), load(file).content_hash, "float32", "", 2, 8, start)


def test_the_voice_is_the_one_that_played(
    line: NewVoice, compiled: Compiled, tmp_path: Path
) -> None:
    voice = VoiceMaker(RATE_HZ, 1, tmp_path).make(line)
    played = make_voice(compiled, RATE_HZ, 8, 2)
    place_in_all(compiled.program, played.arena, PITCH, 70.5)
    np.testing.assert_array_equal(voice.arena.view(np.int32), played.arena.view(np.int32))
    np.testing.assert_array_equal(voice.slot.filters, played.slot.filters)


def test_a_plugin_may_lie_beside_the_log(line: NewVoice, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    shutil.move(line.file, beside)
    assert VoiceMaker(RATE_HZ, 1, beside).make(line).voices == 2
    with pytest.raises(InputError, match=r"mine.safetensors is no longer there; put the one"):
        VoiceMaker(RATE_HZ, 1, tmp_path).make(line)


def test_a_plugin_that_has_changed_is_refused(line: NewVoice, tmp_path: Path) -> None:
    random_plugin(Path(line.file), seed=8)
    problem = rf"plugin random: .*has changed since; put the .* hash {line.hash}, there"
    with pytest.raises(InputError, match=problem):
        VoiceMaker(RATE_HZ, 1, tmp_path).make(line)


def test_rounded_weights_are_those_that_played_or_refused(line: NewVoice, tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "wide.safetensors", hidden=40, layers=1)  # enough to round
    compiled = compile_plugin(plugin, "int8")
    weights = rounded_weights(compiled)
    played = line._replace(
        file=str(plugin.path), hash=plugin.content_hash, precision="int8", weights=weights, start=[]
    )
    voice = VoiceMaker(RATE_HZ, 1, tmp_path).make(played)
    assert rounded_weights(voice.compiled) == weights
    nearest = compile_plugin(plugin, "int8", calibrated=False)  # as another machine might
    other = played._replace(weights=rounded_weights(nearest))
    assert len({"", played.weights, other.weights}) == 3
    for line in (other, played._replace(weights="")):
        problem = "plugin random: is rounded to other int8 weights .* --precision float32"
        with pytest.raises(InputError, match=problem):
            VoiceMaker(RATE_HZ, 1, tmp_path).make(line)


def test_a_start_that_does_not_fit_is_refused(line: NewVoice, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="start: 999: is no target of this plugin"):
        VoiceMaker(RATE_HZ, 1, tmp_path).make(line._replace(start=[[999, 0.0]]))
