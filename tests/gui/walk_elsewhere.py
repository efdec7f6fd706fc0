"""What needs more than a click to be there, or to take effect, and the tests that operate it."""

from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from tests.gui.walk_targets import name_of, place_of

OWN = "tests/gui/test_walk_elsewhere.py"


class Other(NamedTuple):
    """A test, as `file::function`, and what it has that a walk has not."""

    test: str
    why: str


# By words of its name and its place in the tree of widgets, all of which are there.
ELSEWHERE = {
    "Morph … PresetsPage": Other(
        f"{OWN}::test_a_morph_between_chosen_presets", "presets that differ"
    ),
    "Morph … StatesPage": Other(
        "tests/gui/states/test_page.py::test_a_morph_between_chosen_states", "two states"
    ),
    "State that is looped … StatesPage": Other(
        "tests/gui/states/test_page.py::test_a_named_state_is_looped", "a loop is begun afterwards"
    ),
    **dict.fromkeys(
        ("Write to file… … StatesPage", "Read from file… … StatesPage"),
        Other("tests/gui/states/test_page.py::test_states_in_a_file", "a file is asked for"),
    ),
    "Preset at the … XYPage": Other(
        "tests/gui/xy/test_presets.py::test_the_corners_are_chosen_and_kept_by_plugin",
        "presets that differ are blended",
    ),
    "Control that X moves … XYPage": Other(
        f"{OWN}::test_the_axes_of_the_pad_are_chosen", "the pad is moved afterwards"
    ),
    "NameLabel … XYPage": Other(
        f"{OWN}::test_the_axes_of_the_pad_are_chosen", "never shown: the box above has the name"
    ),
    "Voice that is shown": Other(
        "tests/gui/network/test_page.py::test_a_voice_is_chosen_and_another_plugin_is_shown",
        "a slot with several voices",
    ),
    "MIDI messages": Other("tests/gui/activity/test_page.py::test_midi", "a list to read"),
    "Banner": Other(
        "tests/gui/test_trouble_live.py::test_no_device_and_playing_without_one",
        "something has to be wrong",
    ),
    "ListenButton": Other(
        "tests/gui/browser/test_preview.py::test_rendered_then_played_and_kept",
        "a process renders and plays",
    ),
    "Reopen the window": Other(
        "tests/gui/test_walk_pages.py::test_the_window_is_reopened", "the window closes"
    ),
    "Keep training when closed": Other(
        "tests/gui/train/test_page.py::test_the_window_closes_and_takes_the_training_with_it_or_not",
        "the window closes",
    ),
    "Problems of the recordings": Other(
        "tests/gui/train/test_source_box.py::test_a_folder_is_cleaned_and_trained_on",
        "a list to read",
    ),
}


def is_elsewhere(widget: QWidget) -> bool:
    """Whether other tests operate it."""
    place = f"{name_of(widget)} {place_of(widget)}"
    return any(all(word in place for word in each.split(" … ")) for each in ELSEWHERE)
