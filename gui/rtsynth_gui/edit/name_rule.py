"""What no preset, set, state or take can be called, in the language of the window.

The rule itself is `rtsynth.common.names`; an engine says the same in its own words.
"""

from PySide6.QtCore import QCoreApplication

from rtsynth.common.names import (
    LONGEST,
    LONGEST_BYTES,
    NOT_IN_NAMES,
    composed,
    is_device,
    is_name,
)

SHOWN = 40  # letters of what is refused


def name_problem(name: str) -> str:
    """Why nothing can be called so, and what to do; "" where it can."""
    if is_name(name):
        return ""
    translate, kept = QCoreApplication.translate, composed(name)
    size = len(kept.encode(errors="replace"))
    if is_device(kept):
        text = translate("NameRule", "{name} is what Windows calls a device: choose another name")
    elif len(kept) <= LONGEST and size > LONGEST_BYTES:
        text = translate(
            "NameRule",
            "{name} is too long: it has {size} bytes, and the limit is {most}; an emoji has 4 "
            "or more",
        )
    else:
        text = translate(
            "NameRule",
            "{name} is no name: give 1 to {longest} characters, none of {signs}, and no dot or "
            "space at the ends",
        )
    return text.format(
        name=repr(name[:SHOWN]),
        longest=LONGEST,
        signs=" ".join(NOT_IN_NAMES),
        size=size,
        most=LONGEST_BYTES,
    )
