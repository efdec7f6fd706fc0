"""What steps of undo are called."""

from rtsynth_gui.edit.titles import change_of


def test_a_control_that_is_moved() -> None:
    assert change_of("Pitch") == "change Pitch"
