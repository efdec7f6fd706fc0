"""The networks of a training run, as files: the newest, and copies that stay."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError, PluginError
from rtsynth.host.run_networks import check_run, keep, newest, prune, steps_of
from rtsynth.plugin import Plugin, load
from tests.rtsynth.host.run import new_run, write_network


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return new_run(tmp_path / "run")


def test_a_run_need_not_have_a_network_yet(run: Path) -> None:
    check_run(run)
    assert newest(run) is None


def test_what_is_no_run_is_said(tmp_path: Path, run: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, problem in (
        ("gone", "gone: no such folder; give the folder of a training run"),
        ("run/config.json", "config.json: is a file; give the folder"),
        ("empty", "empty: no training run (it has neither config.json nor a network)"),
    ):
        with pytest.raises(InputError, match=re.escape(problem)):
            check_run(tmp_path / name)


def test_the_newest_is_the_one_that_was_written_last(run: Path, plugin: Plugin) -> None:
    write_network(run, plugin, 10)
    first = newest(run)
    write_network(run, plugin, 20)
    second = newest(run)
    assert first is not None
    assert second is not None
    assert (first.path, first == second) == (second.path, False)
    other = run / "older.safetensors"
    other.write_bytes(b"x")
    os.utime(other, ns=(1, 1))
    (run / ".half.part.safetensors").write_bytes(b"x")
    assert newest(run) == second


def test_what_is_kept_stays_when_another_is_written(run: Path, plugin: Plugin) -> None:
    written = write_network(run, plugin, 10)
    found = newest(run)
    assert found is not None
    kept = keep(found)
    write_network(run, plugin, 20)
    assert kept.path is not None
    assert kept.path.parent == run / "followed"
    assert kept.path.name.startswith("step0000010-")
    assert steps_of(kept) == 10
    again = load(kept.path)
    assert again.content_hash == written.content_hash
    for name, tensor in written.tensors.items():
        np.testing.assert_array_equal(again.tensors[name], tensor)


def test_half_a_file_is_one_line(run: Path, plugin: Plugin) -> None:
    whole = write_network(run, plugin, 10).path
    assert whole is not None
    whole.write_bytes(whole.read_bytes()[:5000])
    found = newest(run)
    assert found is not None
    with pytest.raises(PluginError, match="not a readable .safetensors file") as caught:
        keep(found)
    assert "\n" not in str(caught.value)
    assert not list((run).glob("followed/*"))


def test_the_oldest_go_where_they_take_too_much(
    run: Path, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But no more than have to, none that is needed, and nothing else that lies there."""
    copies = []
    for step in range(1, 8):
        write_network(run, plugin, step)
        found = newest(run)
        assert found is not None
        copy = keep(found).path
        assert copy is not None
        os.utime(copy, (step, step))
        copies.append(copy)
    mine = run / "followed" / "mine.safetensors"
    mine.write_bytes(b"x")
    prune(run, ())
    assert all(copy.exists() for copy in copies)
    monkeypatch.setattr("rtsynth.host.run_networks.FEWEST", 2)
    monkeypatch.setattr("rtsynth.host.run_networks.MOST_BYTES", 4.5 * copies[0].stat().st_size)
    prune(run, {copies[0]})
    assert [copy.exists() for copy in copies] == [True, False, False, True, True, True, True]
    monkeypatch.setattr("rtsynth.host.run_networks.MOST_BYTES", 0)
    prune(run, ())
    assert [copy.exists() for copy in copies] == 5 * [False] + 2 * [True]
    assert mine.exists()
