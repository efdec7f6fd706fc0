"""What cannot be a name is said in one line, with what can be."""

from rtsynth_gui.edit.name_rule import SHOWN, name_problem


def test_what_is_a_name_is_no_problem() -> None:
    assert name_problem("Übung é 漢") == ""


def test_what_is_none_is_said() -> None:
    said = name_problem("a/b")
    assert said.startswith("'a/b' is no name: give 1 to 64 characters, none of / ")
    assert "1 to 64 characters" in name_problem("x" * 65)
    long = name_problem("x" * 1000)
    assert "x" * SHOWN in long
    assert len(long) < 200


def test_the_limit_that_a_name_exceeds_is_the_one_that_is_said() -> None:
    assert name_problem("\N{TRUMPET}" * 50) == ""
    said = name_problem("\N{TRUMPET}" * 51)
    assert "it has 204 bytes, and the limit is 200" in said
    assert "64 characters" not in said
    assert "64 characters" in name_problem("\N{TRUMPET}" * 65)
    assert "64 characters" in name_problem("\udc80")


def test_what_windows_calls_devices_is_said() -> None:
    assert name_problem("com1.a") == "'com1.a' is what Windows calls a device: choose another name"
