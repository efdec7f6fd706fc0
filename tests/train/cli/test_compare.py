"""`rtsynth compare` on the command line."""

import json
from pathlib import Path

import pytest

from rtsynth.cli import main
from tests.train.judge.runs import write_run


def test_a_table_a_document_and_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    runs = [str(write_run(tmp_path / name)) for name in ("first", "second")]
    page = tmp_path / "page.html"
    assert main(["compare", *runs, "--quick", "--html", str(page)]) == 0
    said = capsys.readouterr().out
    assert "first" in said
    assert "gru 2x20" in said
    assert f"wrote {page}" in said
    assert page.is_file()
    assert main(["compare", *runs, "--quick", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["subjects"]) == 2


def test_what_is_refused_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(tmp_path)]) == 2
    assert "not the folder of a training run" in capsys.readouterr().err
    assert main(["compare", "no-such-plugin"]) == 2
    run = write_run(tmp_path / "run")
    assert main(["compare", str(run), "--quick", "--html", str(tmp_path / "no" / "a.html")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
