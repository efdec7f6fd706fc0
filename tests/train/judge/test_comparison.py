"""All of it together."""

import json
from pathlib import Path

import pytest

from rtsynth_train.judge.comparison import Comparison
from rtsynth_train.judge.subject import read_subjects
from tests.train.judge.runs import write_run
from tests.train.recordings import write_set


def test_a_document_of_all_subjects(tmp_path: Path) -> None:
    texts = [str(write_run(tmp_path / name, rise=rise)) for name, rise in (("a", 0), ("b", 0.02))]
    comparison = Comparison(read_subjects(texts), play=False)
    good, bad = json.loads(comparison.as_json())["subjects"]
    assert (good["name"], good["warnings"]) == ("a", [])
    assert bad["path"] == texts[1]
    assert bad["warnings"][0].startswith("overfitting")
    assert good["real_time"] is None
    assert good["listening"] is None


@pytest.mark.measure
def test_what_is_played_is_in_the_page(tmp_path: Path) -> None:
    data = write_set(tmp_path / "set")
    run = write_run(tmp_path / "a", data)
    broken = min(data.iterdir())
    broken.write_bytes(b"no audio")
    comparison = Comparison(read_subjects([str(run)]))
    (subject,) = json.loads(comparison.as_json())["subjects"]
    assert subject["real_time"] > 0
    assert subject["listening"]["passed"] is False  # its weights are random
    assert any(broken.name in line for line in subject["warnings"])
    assert subject["listening"]["level_db"] is not None
    _, (title, rows) = comparison.groups
    assert title.startswith("Listening")
    cells = {label: row for label, row, _ in rows}
    assert "worst" in cells["pitch, cents off"][0]
    assert not any("event" in label for label in cells)
    page = tmp_path / "page.html"
    comparison.write_page(page)
    assert page.read_text().count("<audio") == 3
    assert broken.name in page.read_text()
