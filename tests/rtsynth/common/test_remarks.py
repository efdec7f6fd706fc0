"""Remarks go to stderr, each once, in plain text."""

import pytest

from rtsynth.common import remarks


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "_said", set())


def test_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("one", "two", "one"):
        remarks.warn(text)
    assert capsys.readouterr() == ("", "rtsynth: one\nrtsynth: two\n")


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    remarks.warn("a\x1b[2Jb\nc")
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert shown.count("\n") == 1


def test_what_is_remembered_is_bounded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(remarks, "_KEPT", 2)
    for text in ("one", "two", "three", "one"):
        remarks.warn(text)
    assert capsys.readouterr().err.count("rtsynth: one") == 2
    assert len(remarks._said) <= 2


def test_keeping_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    remarks.keep_quiet("one")
    assert capsys.readouterr() == ("", "")
