"""What an engine says of its options, in the words of the page."""

import re

from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.settings.options import labels

LIST_HINT = "; `rtsynth devices`"  # from here on it is for a terminal
# An option as the command line names it, or at the beginning as OSC does.
NAMED = re.compile(r"--([a-z][a-z-]*)|^([a-z][a-z-]*)(?=:)")


def in_the_window(reason: str) -> str:
    """A reason of the engine's, without what is for a terminal, options as the page calls them,
    and in the language of the window where it is known."""
    called = {name: label for name, (label, _unit, _tip) in labels().items()}

    def on_the_page(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return called.get(name, name)

    return NAMED.sub(on_the_page, in_own_language(reason.partition(LIST_HINT)[0]))
