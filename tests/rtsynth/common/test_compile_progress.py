"""The line that says why there is no sound yet."""

import re
from pathlib import Path

import pytest

from rtsynth.common import compile_progress
from rtsynth.common.compile_progress import (
    EXPECTED,
    MORE_TEXT,
    MOST_PERCENT,
    PROGRESS,
    TEXT,
    CompileProgress,
    hint,
)
from rtsynth.engine.kernels.jit import jit


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is compiled takes long enough to be mentioned."""
    monkeypatch.setattr(compile_progress, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(compile_progress, "MORE_SHOWN_AFTER_S", 0.0)


def compile_two(progress: CompileProgress) -> None:
    """One function that calls another."""
    progress.begin()
    progress.begin()
    progress.end()
    progress.end()


@pytest.mark.usefixtures("at_once")
def test_it_is_shown_and_ended_before_anything_else_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = CompileProgress()
    progress.show()
    for text, estimate in ((TEXT, f" {hint()}"), (MORE_TEXT, ""), (MORE_TEXT, "")):
        compile_two(progress)
        lines = capsys.readouterr().err.splitlines()
        assert lines == [f"{text}{estimate} ...", f"{text}: done in 0 s"]
    progress.finish()
    compile_two(progress)
    assert capsys.readouterr().err == ""


def test_what_is_compiled_later_has_a_line_if_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now_s = 0.0
    monkeypatch.setattr("rtsynth.common.compile_progress.time.monotonic", lambda: now_s)
    progress = CompileProgress()
    progress.show()
    for duration_s in (6.0, 2.5, 4.5, 30.0, 0.1):
        progress.begin()
        for _ in range(10):
            now_s += duration_s / 10
            progress.step()
        progress.end()
    progress.finish()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"{TEXT} {hint()} ..."
    # The short ones count with the long one that follows; the minute or two is over by then.
    assert lines[1:] == [
        f"{TEXT}: done in 6 s",
        f"{MORE_TEXT} ...",
        f"{MORE_TEXT}: done in 37 s",
    ]


def test_what_is_compiled_quickly_is_not_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    progress.show()
    for _ in range(3):
        compile_two(progress)
    progress.finish()
    assert capsys.readouterr().err == ""


def test_nothing_compiled_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    progress.show()
    progress.finish()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("at_once")
def test_only_who_asks_is_shown_it(capsys: pytest.CaptureFixture[str]) -> None:
    progress = CompileProgress()
    compile_two(progress)
    progress.finish()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("at_once")
def test_a_terminal_sees_it_move(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = CompileProgress()
    progress.show()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress.begin()
    for _ in range(EXPECTED + 1):
        progress.begin()
        progress.end()
    progress.end()
    text = capsys.readouterr().err
    shown = [int(share) for share in re.findall(r": (\d+) %, 0 s", text)]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1], len(set(shown))) == (0, MOST_PERCENT, MOST_PERCENT + 1)
    assert text.count("\n") == 1
    assert text.endswith("done in 0 s\n")
    compile_two(progress)
    assert "1 functions, 0 s" in capsys.readouterr().err, "how many more, nobody knows"


def test_a_function_that_is_being_compiled_gives_signs_of_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many, and in its middle: one large function alone may take minutes on a busy machine."""
    steps: list[str] = []
    monkeypatch.setattr(PROGRESS, "on_step", lambda: steps.append("step"))

    @jit(cache=False)
    def doubled(number):
        return 2 * number

    before = len(steps)
    assert doubled(3) == 6
    assert len(steps) - before > 20
    compiled = len(steps)
    assert doubled(4) == 8
    assert len(steps) == compiled


@pytest.mark.parametrize(("kept", "said"), [(True, "once"), (False, "at every start")])
def test_it_says_whether_it_will_take_so_long_again(
    monkeypatch: pytest.MonkeyPatch, kept: bool, said: str
) -> None:
    monkeypatch.setattr(compile_progress, "cache_folder", lambda: (Path(), kept))
    assert said in hint()
