"""What implements the contract of surfaces, live, from a file and in tests, has all of it."""

import inspect

import pytest

from rtsynth import Host
from rtsynth.host.protocol import Controls, Engine
from rtsynth.offline.automation_midi import _Performer
from tests.rtsynth.control.recording_engine import RecordingEngine


def methods(protocol: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("protocol", "implementation"),
    [(Engine, Host), (Engine, RecordingEngine), (Controls, _Performer)],
)
def test_every_method_is_there_with_its_arguments(protocol: type, implementation: type) -> None:
    wanted, there = methods(protocol), methods(implementation)
    assert len(wanted) >= 9
    for name, signature in wanted.items():
        mine = there[name].parameters
        required = [p for p in mine.values() if p.default is p.empty]
        named = [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
        assert len(required) == sum(p.default is p.empty for p in signature.parameters.values())
        assert set(named) <= mine.keys(), name


def test_all_that_plays_is_part_of_what_any_surface_may_do() -> None:
    assert methods(Controls).keys() < methods(Engine).keys()
