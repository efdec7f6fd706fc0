"""The flags for how notes are played: the same ones live and offline."""

import inspect

import pytest

from rtsynth.cli.render import render
from rtsynth.host.voicing_choice import FLAGS
from rtsynth.processes import voicing_options
from rtsynth.processes.options import EngineOptions, _flag

NAMES = [*FLAGS, "mpe"]


@pytest.mark.parametrize("name", NAMES)
def test_a_flag_is_the_same_live_and_in_render(name: str) -> None:
    offline = inspect.signature(render).parameters[name]
    live = inspect.get_annotations(EngineOptions)[name]
    assert offline.annotation == live
    assert offline.default is None
    assert live in vars(voicing_options).values()
    assert _flag(name) == FLAGS.get(name, "--mpe")
