"""States in presets, snapshots, sets and sessions, of an engine that plays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.network_state import state_floats
from rtsynth.engine.live.shared import S_LOOP, S_LOOP_LENGTH
from rtsynth.host.bank_section import LARGEST_TEXT, BankSection
from rtsynth.host.states import read_session
from rtsynth.processes.resume import Keeper, resume
from tests.rtsynth.host.live import until
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load_into(1, plugin)
        opened.start()
        yield opened


def keep(host: Host, name: str) -> np.ndarray:
    state = host.banks.now(1)
    host.banks.put(1, name, state)
    return state


def test_a_preset_has_the_states_of_its_day(host: Host) -> None:
    banks = host.banks
    host.presets.save(1, "without")
    first = keep(host, "a")
    banks.start_from(1, "a")
    host.presets.save(1, "with")
    keep(host, "a")
    keep(host, "b")
    banks.start_from(1, "")
    assert host.presets.recall(1, "without") == []
    assert banks.names(1) == ["a", "b"], "one that was saved without any leaves them"
    assert host.presets.recall(1, "with") == []
    assert (banks.names(1), banks.starts_from(1)) == (["a"], "a")
    np.testing.assert_array_equal(banks.state(1, "a"), first)


def test_the_shortest_loop_is_recalled_at_any_rate(host: Host, tmp_path: Path) -> None:
    """At 44.1 kHz it is 44 samples, which are a little less than 1 ms."""
    host.load_into(1, random_plugin(tmp_path / "fast.safetensors", rate_hz=44_100))
    keep(host, "a")
    host.banks.loop(1, "a", 0.001)
    host.presets.save(1, "looped")
    host.banks.loop(1, "", 0.0)
    assert host.presets.recall(1, "looped") == []
    assert host.banks.looped(1) == ("a", 44 / 44_100)
    with pytest.raises(ControlError, match="a loop takes"):
        host.banks.loop(1, "a", 43 / 44_100)


def test_a_loop_is_part_of_it(host: Host) -> None:
    """Of a named state; presets of a day without loops leave what there is."""
    banks = host.banks
    keep(host, "a")
    host.presets.save(1, "still")
    banks.loop(1, "a", 0.25)
    host.presets.save(1, "looped")
    assert banks.looped(1) == ("a", 0.25)
    assert host.presets.recall(1, "still") == []
    assert banks.looped(1) is None
    assert host.presets.recall(1, "looped") == []
    assert banks.looped(1) == ("a", 0.25)
    voice = host.slot(1).voice
    until(lambda: voice.words[S_LOOP] == banks._of[host.slot(1)].serials["a"])
    assert voice.words[S_LOOP_LENGTH] == 4000
    host.voicing.set_voices(1, 2)
    assert banks.looped(1) == ("a", 0.25), "it is taken along"
    banks.loop(1, "", 0.5)
    section = BankSection(banks)
    data = section.read(1)
    assert data is not None
    assert "loop" not in data
    assert section.restore(1, data) == []
    assert banks.looped(1) == ("", 0.5)
    host.panic()
    assert banks.looped(1) is None
    assert section.restore(1, {**data, "loop": ["gone", 1.0]}) == [
        "loop: slot 1 has no state 'gone': a"
    ]
    for wrong in ("a", ["a"], ["", 1.0], ["a", "b"], [1, 2]):
        with pytest.raises(InputError, match="loop: not a state's name and seconds"):
            section.restore(1, {**data, "loop": wrong})


def test_what_is_as_it_was_is_not_given_again(host: Host) -> None:
    keep(host, "a")
    serial = host.banks._of[host.slot(1)].serials["a"]
    host.presets.save(1, "one")
    assert host.presets.recall(1, "one") == []
    assert host.banks._of[host.slot(1)].serials["a"] == serial


def test_undo_by_snapshots(host: Host) -> None:
    banks = host.banks
    first = keep(host, "a")
    host.snapshots.keep("before", [1])
    keep(host, "a")
    keep(host, "b")
    host.set(1, "pitch", 70)
    host.snapshots.keep("after", [1])
    keep(host, "later")
    host.set(1, "amplitude", 0.3)
    assert host.snapshots.recall("before", "after") == []
    assert set(banks.names(1)) == {"a", "later"}, "what came since stays"
    np.testing.assert_array_equal(banks.state(1, "a"), first)
    host.snapshots.keep("again", [1])
    banks.delete(1, "a")
    host.snapshots.keep("deleted", [1])
    assert host.snapshots.recall("again", "deleted") == []
    np.testing.assert_array_equal(banks.state(1, "a"), first)


def test_many_snapshots_share_their_texts(host: Host) -> None:
    keep(host, "a")
    for number in range(2):
        host.snapshots.keep(str(number), [1])
    texts = [
        each.performance.slots[1].sections["bank"]["states"]["a"]
        for each in host.snapshots._kept.values()
    ]
    assert texts[0] is texts[1]


def test_a_restarted_engine_has_them(host: Host, tmp_path: Path, plugin: Plugin) -> None:
    keeper = Keeper(host, tmp_path)
    keeper.keep()
    state = keep(host, "a")
    host.banks.start_from(1, "a")
    host.banks.loop(1, "a", 0.25)

    def kept() -> Any:
        keeper.keep()
        session = read_session(tmp_path / "session.json")
        assert session is not None
        return session.performance

    until(lambda: "a" in kept().slots[1].sections.get("bank", {}).get("states", {}))
    with Host("null", precision="float32") as other:
        resume(other, kept(), lambda: None)
        np.testing.assert_array_equal(other.banks.state(1, "a"), state)
        assert other.banks.starts_from(1) == "a"
        assert other.banks.looped(1) == ("a", 0.25)
        other.start()
        words = other.slot(1).voice.words
        until(lambda: words[S_LOOP] == other.banks._of[other.slot(1)].serials["a"])


def test_one_whose_time_comes_later_is_kept_once_it_is_there(host: Host, tmp_path: Path) -> None:
    """Though nothing else changes: whoever keeps them looks again."""
    keeper, section = Keeper(host, tmp_path), BankSection(host.banks)
    host.banks.save(1, "soon")
    keeper.keep()

    def there() -> bool:
        keeper.keep()
        session = read_session(tmp_path / "session.json")
        assert session is not None
        return "soon" in session.performance.slots[1].sections["bank"]["states"]

    until(there)
    data = section.read(1)
    assert data is not None
    assert data["left"] == []


def test_there_is_not_too_much_of_it(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    state, count = keep(host, "0"), 0
    size = -(-4 * state_floats(host.slot(1).voice.compiled) // 3) * 4
    most = LARGEST_TEXT // size
    for number in range(1, min(most + 2, 128)):
        host.banks.put(1, str(number), state)
        count = number + 1
    section = BankSection(host.banks)
    data = section.read(1)
    assert data is not None
    assert sum(map(len, data["states"].values())) <= LARGEST_TEXT
    assert len(data["states"]) + len(data["left"]) == count
    if count > most:
        assert "are too large; write them to a file" in caplog.text
    names = host.banks.names(1)
    assert section.restore(1, data) == []
    assert host.banks.names(1) == names, "those that were left out stay"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "no table of states"),
        ({"states": []}, "no table of states"),
        ({"states": {"a": 1}}, "not up to 128 texts"),
        ({"states": {str(n): "" for n in range(129)}}, "not up to 128 texts"),
        ({"states": {"a": "x" * (LARGEST_TEXT + 1)}}, "more than"),
        ({"states": {}, "left": 3}, "left, start"),
        ({"states": {}, "hash": "no such"}, "states of another plugin than random: left alone"),
    ],
)
def test_damaged_sections_leave_everything_alone(host: Host, data: Any, problem: str) -> None:
    keep(host, "a")
    with pytest.raises(InputError, match=problem):
        BankSection(host.banks).restore(1, data)
    assert host.banks.names(1) == ["a"]


def test_a_state_that_is_none_is_said(host: Host, plugin: Plugin) -> None:
    keep(host, "a")
    section = BankSection(host.banks)
    data = section.read(1)
    assert data is not None
    states = {**data["states"], "bad": "!", "short": "AAAA", "": data["states"]["a"]}
    problems = section.restore(1, {**data, "states": states, "start": "bad"})
    assert [line.partition(":")[0] for line in problems] == [
        "state 'bad'", "state 'short'", "state ''",
    ]  # fmt: skip
    assert (host.banks.names(1), host.banks.starts_from(1)) == (["a"], "")


def test_another_plugin_does_not_take_them(host: Host, tmp_path: Path) -> None:
    keep(host, "a")
    host.sections.slot(1)
    kept = host.sections.slot(1).read()
    other = random_plugin(tmp_path / "other.safetensors", seed=9)
    host.load_into(1, other)
    (line,) = [line for line in host.sections.slot(1).restore(kept) if line.startswith("bank")]
    assert "states of another plugin than" in line
    assert host.banks.names(1) == []
