"""The line that says why nothing is heard yet."""

import pytest

from rtsynth.compile_progress import TEXT, CompileProgress


def test_it_is_shown_once_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    progress.show()
    for _ in range(3):
        progress.begin()
        progress.begin()
        progress.end()
        progress.end()
    progress.finish()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{TEXT} (10 to 40 s) ...", f"{TEXT}: done in 0.0 s"]


def test_nothing_compiled_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    progress.show()
    progress.finish()
    assert capsys.readouterr().err == ""


def test_only_who_asks_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    progress.begin()
    progress.end()
    progress.finish()
    assert capsys.readouterr().err == ""


def test_a_terminal_sees_it_move(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = CompileProgress()
    progress.show()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress.begin()
    progress.end()
    progress.finish()
    text = capsys.readouterr().err
    assert "1 functions, 0 s" in text
    assert text.count("\n") == 1
    assert text.endswith("done in 0.0 s\n")
