"""What is kept is tried first, and is no reason not to play."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from rtsynth.common.errors import EngineError, InputError, PluginError
from rtsynth.host.restart import GivenUp
from rtsynth.processes.opening import opened
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import leave_given_up

KEPT = EngineOptions(device="card", rate=96_000, midi="keys", block=64, kept="device,rate,midi")
WITHOUT = EngineOptions(midi="keys", block=64, kept="midi")


def opener(problem: Exception | None) -> tuple[list[EngineOptions], Callable[[EngineOptions], str]]:
    """What was tried, and how: with the card it is a problem."""
    tried: list[EngineOptions] = []

    def open_with(options: EngineOptions) -> str:
        tried.append(options)
        if options.device == "card" and problem is not None:
            raise problem
        return "host"

    return tried, open_with


def test_what_opens_is_left_alone(tmp_path: Path) -> None:
    tried, open_with = opener(None)
    assert opened(KEPT, open_with, tmp_path) == ("host", GivenUp())
    assert tried == [KEPT]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("problem", [InputError("no card"), EngineError("no card")])
def test_without_it_where_it_does_not(
    problem: Exception, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tried, open_with = opener(problem)
    given_up = GivenUp(("device", "rate"), "no card")
    with caplog.at_level(logging.WARNING):
        assert opened(KEPT, open_with, tmp_path) == ("host", given_up)
    assert tried == [KEPT, WITHOUT]
    (line,) = caplog.messages
    assert line == "no card; playing without what is kept for this machine (device, rate)"
    tried.clear()  # an engine that is started again does not try it again
    assert opened(KEPT, open_with, tmp_path) == ("host", given_up)
    assert tried == [WITHOUT]


def test_alone_it_shares_nothing() -> None:
    _tried, open_with = opener(EngineError("no card"))
    assert opened(KEPT, open_with, None)[1].names == ("device", "rate")


def test_what_was_given_is_insisted_on(tmp_path: Path) -> None:
    tried, open_with = opener(EngineError("no card"))
    with pytest.raises(EngineError, match="no card"):
        opened(EngineOptions(device="card", midi="keys", kept="midi"), open_with, tmp_path)
    assert len(tried) == 1
    leave_given_up(tmp_path, GivenUp(("rate",), "too fast"))
    with pytest.raises(EngineError):
        opened(EngineOptions(device="card", rate=1, kept="rate"), open_with, tmp_path)
    assert tried[1].rate is None


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        ({"voices"}, ("voices",)),
        ({"device"}, ("device",)),
        ({"device", "voices"}, ("device", "voices")),
    ],
)
def test_as_little_as_helps_is_left_out(broken: set[str], names: tuple[str, ...]) -> None:
    """A plugin that is too large for the voices that are kept costs nobody the device."""
    options = EngineOptions(device="card", voices=8, kept="device,voices,midi")

    def open_with(tried: EngineOptions) -> EngineOptions:
        if ("device" in broken and tried.device) or ("voices" in broken and tried.voices > 1):
            raise InputError("too much")
        return tried

    found, given_up = opened(options, open_with, None)
    assert given_up.names == names
    assert (found.device is None, found.voices == 1) == ("device" in names, "voices" in names)
    assert "midi" in found.kept


def test_a_plugin_that_is_damaged_is_not_for_what_is_kept() -> None:
    tried, open_with = opener(PluginError("no plugin"))
    with pytest.raises(PluginError):
        opened(KEPT, open_with, None)
    assert len(tried) == 1
