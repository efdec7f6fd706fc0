"""What cannot be a name is said in one line, with what can be."""

from rtsynth_gui.edit.name_rule import SHOWN, name_problem


def test_what_is_a_name_is_no_problem() -> None:
    assert name_problem("Übung é 漢") == ""


def test_what_is_none_is_said() -> None:
    said = name_problem("a/b")
    assert said.startswith("'a/b' is no name: give 1 to 64 characters, none of / ")
    long = name_problem("x" * 1000)
    assert "x" * SHOWN in long
    assert len(long) < 200
