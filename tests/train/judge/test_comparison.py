"""All of it together."""

import json
from pathlib import Path

from rtsynth_train.judge.comparison import Comparison
from rtsynth_train.judge.subject import read_subjects
from tests.train.judge.runs import write_run


def test_a_document_of_all_subjects(tmp_path: Path) -> None:
    texts = [str(write_run(tmp_path / name, rise=rise)) for name, rise in (("a", 0), ("b", 0.02))]
    comparison = Comparison(read_subjects(texts), play=False)
    good, bad = json.loads(comparison.as_json())["subjects"]
    assert (good["name"], good["warnings"]) == ("a", [])
    assert bad["path"] == texts[1]
    assert bad["warnings"][0].startswith("overfitting")
    assert good["real_time"] is None


def test_what_is_played_is_in_the_page(tmp_path: Path) -> None:
    comparison = Comparison(read_subjects([str(write_run(tmp_path / "a"))]))
    assert json.loads(comparison.as_json())["subjects"][0]["real_time"] > 0
    page = tmp_path / "page.html"
    comparison.write_page(page)
    assert page.read_text().count("<audio") == 3
