"""Profiles are learnt once, beside what plays, and kept."""

import threading
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import PluginError
from rtsynth.host.rescue import profiles
from rtsynth.host.rescue.features import COUNT
from rtsynth.host.rescue.profile import Profile
from rtsynth.host.rescue.profiles import Profiles, read_profile, write_profile
from rtsynth.plugin import Plugin
from tests.rtsynth.host.run import new_run, write_network

PROFILE = Profile(*(np.ones((2, n)) for n in (1, COUNT, COUNT)), np.ones(COUNT), np.zeros(1))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "cache_folder", lambda: (tmp_path, True))


def test_it_is_kept_by_what_the_plugin_is(plugin: Plugin) -> None:
    assert read_profile(plugin) is None
    write_profile(plugin, PROFILE)
    found = read_profile(plugin)
    assert found is not None
    np.testing.assert_array_equal(found.low, PROFILE.low)
    profiles.profile_path(plugin).write_bytes(b"damaged")
    assert read_profile(plugin) is None


def test_it_is_learnt_once(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = []

    def learn(which, go_on):
        learnt.append(which)
        return PROFILE

    monkeypatch.setattr(profiles, "learn", learn)
    first = Profiles()
    assert first.learns(plugin)
    assert first.of(plugin) in (None, PROFILE)
    join("profile")
    assert first.of(plugin) is PROFILE
    assert not first.learns(plugin)
    assert Profiles().learn_now(plugin) is not None
    assert learnt == [plugin], "and the next engine finds it"


def test_what_cannot_be_learnt_is_said_and_not_tried_again(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def learn(which, go_on):
        raise PluginError("its weights are damaged")

    monkeypatch.setattr(profiles, "learn", learn)
    found = Profiles()
    found.of(plugin)
    join("profile")
    assert found.of(plugin) is None
    assert not found.learns(plugin)
    assert "is not watched: its weights are damaged" in caplog.text


def test_what_plays_now_is_learnt_first_and_old_networks_are_dropped(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learnt, begun, going = [], threading.Event(), threading.Event()

    def learn(which, go_on):
        begun.set()
        assert going.wait(10)
        learnt.append(which)
        return PROFILE

    monkeypatch.setattr(profiles, "learn", learn)
    found = Profiles()
    found.of(plugin)
    assert begun.wait(10)
    run = new_run(tmp_path / "run")
    networks = [write_network(run, plugin, step) for step in range(profiles.MOST_WANTED + 4)]
    for network in networks:
        found.of(network)
    going.set()
    join("profile")
    assert [each.content_hash for each in learnt] == [
        each.content_hash for each in (plugin, *networks[:3:-1])
    ]


def test_who_stops_does_not_wait_for_it(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def learn(which, go_on):
        begun.set()
        while go_on():
            pass
        raise profiles.StoppedError("no")

    monkeypatch.setattr(profiles, "learn", learn)
    found = Profiles()
    found.of(plugin)
    assert begun.wait(10)
    found.stop()
    assert found.learns(plugin)


def join(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(10)
