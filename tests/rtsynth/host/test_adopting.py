"""Commands, and what changes, while a network of a run is compiled."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.host.following import HOLDS
from rtsynth.plugin import Plugin
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network

pytestmark = pytest.mark.system


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return new_run(tmp_path / "run")


@pytest.fixture
def host(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr("rtsynth.host.following.POLL_S", 0.02)
    with Host("null", precision="float32", rate_hz=16_000, voices=2) as opened:
        opened.load(plugin)
        opened.start()
        yield opened


def step(host: Host) -> int | None:
    return host.slot(1).plugin.manifest.provenance.steps


def problems(host: Host) -> list[str]:
    return [notice.texts[-1] for notice in host.read_notices(0)[1] if notice.address == "/fail"]


class SlowCompiler:
    """Compiles when it is let, in whichever thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self.calls = 0
        monkeypatch.setattr("rtsynth.host.adopting.compile_plugin", self)

    def __call__(self, *arguments: Any) -> Compiled:
        self.calls += 1
        self.begun.set()
        assert self.goes_on.wait(60.0)
        return compile_plugin(*arguments)


def test_it_ends_while_a_network_is_compiled(
    host: Host, plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for it ends in one line, and nothing is played any more."""
    compiler = SlowCompiler(monkeypatch)
    write_network(run, plugin, 10)
    playing = host.slot(1).plugin
    with ThreadPoolExecutor(1) as other:
        following = other.submit(host.following.follow, 1, run)
        assert compiler.begun.wait(60.0)
        host.following.close()
        compiler.goes_on.set()
        with pytest.raises(ControlError, match="no training run is followed"):
            following.result(60.0)
    assert host.slot(1).plugin is playing
    with pytest.raises(ControlError, match="no training run is followed"):
        host.following.follow(1, run)


def test_others_are_answered_while_a_network_is_compiled(
    host: Host, plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what nobody wants any more when it is compiled is not played."""
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    compiler = SlowCompiler(monkeypatch)
    following = host.following._of[1]
    write_network(run, plugin, 20)
    assert compiler.begun.wait(60.0)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(host.following.status).result(5.0)[1].step == 10
        other.submit(host.following.stop, 1).result(5.0)
    assert not host.following.status()
    compiler.goes_on.set()
    with following.looking:  # until it is looked no more
        assert step(host) == 10
    assert compiler.calls == 1
    assert problems(host) == []


def test_going_back_is_stronger_than_what_is_being_compiled(
    host: Host, plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    write_network(run, plugin, 20)
    until(lambda: step(host) == 20)
    until(lambda: host.following.status()[1].step == 20)
    compiler = SlowCompiler(monkeypatch)
    write_network(run, plugin, 30)
    assert compiler.begun.wait(60.0)
    with ThreadPoolExecutor(1) as other:
        back = other.submit(host.following.back, 1)
        until(lambda: host.following.status()[1].state == HOLDS)
        compiler.goes_on.set()
        assert back.result(60.0) == 10
    assert step(host) == 10
    host.following.follow(1, run)
    assert step(host) == 30


def test_a_slot_that_is_opened_meanwhile_has_it_compiled_again(
    host: Host, plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_network(run, plugin, 10)
    host.following.follow(1, run)
    compiler = SlowCompiler(monkeypatch)
    write_network(run, plugin, 20)
    assert compiler.begun.wait(60.0)
    host.hidden.open(1)
    compiler.goes_on.set()
    until(lambda: step(host) == 20)
    assert host.hidden.is_open(1)
    assert compiler.calls == 2
    assert problems(host) == []


def test_an_error_of_the_compiler_is_not_another_kind(
    host: Host, plugin: Plugin, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Compiled:
        raise ValueError("broken")

    monkeypatch.setattr("rtsynth.host.adopting.compile_plugin", broken)
    write_network(run, plugin, 10)
    slot = host.slot(1)
    with pytest.raises(ValueError, match="broken"):
        host.following.follow(1, run)
    assert host.slot(1) is slot
