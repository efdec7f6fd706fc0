"""A run as it is looked at: what it wrote, whether it lives, and what stays as it was reported."""

from pathlib import Path

import pytest

from rtsynth_gui.train.progress import MOST_BYTES
from rtsynth_gui.train.report import Report, Watch
from rtsynth_train.core import progress_file
from rtsynth_train.core.progress_file import ProgressFile


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgressFile:
    monkeypatch.setattr(progress_file, "EVERY_S", 0.0)
    written = ProgressFile(tmp_path, 10_000, None)
    written.begin(0, 0.0, material="", unit="bits", device="cpu", plugin="a.safetensors")
    return written


def test_a_report_does_not_change_any_more(tmp_path: Path, written: ProgressFile) -> None:
    watch = Watch(tmp_path)
    written.step(1, 1.0, 3.0, None)
    first = watch.look(0)
    assert first.progress.train.points == [(1, 3.0)]
    assert watch.look(0) == first
    written.step(2, 2.0, 2.5, 2.75)
    written.previews(2, [tmp_path / "step2.wav"])
    second = watch.look(0)
    assert second.progress.train.points == [(1, 3.0), (2, 2.5)]
    assert second.progress.previews == [(2, "step2.wav")]
    assert (first.progress.train.points, first.progress.previews) == ([(1, 3.0)], [])


def test_a_long_file_is_read_to_its_end_in_pieces(tmp_path: Path, written: ProgressFile) -> None:
    pauses: list[float] = []
    for step in range(1, 2001):
        written.step(step, float(step), 3.0, None)
    written.end(2000, 2000.0, 2.5, False, "well")
    pieces = written.path.stat().st_size / MOST_BYTES
    assert pieces > 2
    report = Watch(tmp_path, pauses.append).look(0)
    assert (report.progress.step, report.progress.ended) == (2000, True)
    assert pieces < len(pauses) < pieces + 2  # the window draws after each


def test_who_trains_and_what_can_go_on(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    assert watch.look(0) == Report()
    (tmp_path / "trainer.log").write_text("rtsynth: a.wav: is silent\n")
    assert watch.look(0).why == "rtsynth: a.wav: is silent"
    assert not watch.look(0).resumable
    (tmp_path / "checkpoint.pt").write_bytes(b"")
    assert watch.look(0).resumable
