"""Tables are as wide as a terminal, or as they need to be where there is none."""

import io

from rtsynth.cli.console import console

LINE = "word" + " word" * 99


def test_what_is_piped_is_not_wrapped() -> None:
    out = io.StringIO()
    console(file=out).print(LINE)
    assert out.getvalue() == f"{LINE}\n"


def test_a_terminal_has_its_own_width() -> None:
    out = io.StringIO()
    console(file=out, force_terminal=True, width=40).print(LINE)
    assert out.getvalue().count("\n") > 10
