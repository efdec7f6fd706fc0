"""What no preset, set, state or take can be called, in the language of the window.

The rule itself is `rtsynth.common.names`; an engine says the same in its own words.
"""

from PySide6.QtCore import QCoreApplication

from rtsynth.common.names import LONGEST, NOT_IN_NAMES, is_name

SHOWN = 40  # letters of what is refused


def name_problem(name: str) -> str:
    """Why nothing can be called so, and what to do; "" where it can."""
    if is_name(name):
        return ""
    text = QCoreApplication.translate(
        "NameRule",
        "{name} is no name: give 1 to {longest} characters, none of {signs}, and no dot or "
        "space at the ends",
    )
    signs = " ".join(NOT_IN_NAMES)
    return text.format(name=repr(name[:SHOWN]), longest=LONGEST, signs=signs)
