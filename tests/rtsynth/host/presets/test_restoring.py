"""Slots go back to where they were; what cannot be had any more is said."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rtsynth import Host, Plugin
from rtsynth.host.performance import performance_of
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        for number in (1, 2, 3):
            opened.load_into(number, plugin)
        opened.start()
        yield opened


def test_only_slots_that_are_concerned_are_emptied(host: Host) -> None:
    host.set(1, "pitch", 66)
    kept = performance_of(host.slots, host.sections).slots
    host.set(1, "pitch", 70)
    assert host.sets.restoring.slots({1: kept[1]}, {1, 2}) == []
    until(lambda: host.get(1, "pitch") == 66)
    assert [slot.number for slot in host.slots] == [1, 3]


def test_a_plugin_that_is_gone_is_said_and_the_rest_is_restored(host: Host) -> None:
    kept = performance_of(host.slots, host.sections).slots
    gone = replace(kept[2], path="/nowhere.safetensors", plugin="nowhere", hash="other")
    host.set(1, "pitch", 70)
    problems = host.sets.restoring.slots({1: kept[1], 2: gone}, ())
    assert len(problems) == 1
    assert problems[0].startswith("slot 2: ")
    until(lambda: host.get(1, "pitch") == kept[1].values["pitch"])


def test_sets_and_snapshots_are_restored_one_after_the_other(host: Host) -> None:
    host.snapshots.keep("before", [1])
    done: list[list[str]] = []
    deeds = [
        threading.Thread(target=lambda: done.append(host.snapshots.recall("before"))),
        threading.Thread(target=lambda: done.append(host.sets.restoring.slots({}, ()))),
    ]
    with host.sets.restoring.lock:  # as a set does while it is recalled
        for deed in deeds:
            deed.start()
        deeds[0].join(0.3)
        assert done == []
    for deed in deeds:
        deed.join(10)
    assert done == [[], []]
