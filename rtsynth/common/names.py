"""What presets, sets, states, tunings and takes may be called: the one rule for all of them.

A name is the name of a file on any system, and a text in OSC messages. Letters of any script are
allowed; what Windows calls its devices is not. The same letters can be written in several ways ("é"
as one character or as two, which file systems and keyboards choose differently): names are in NFC,
Unicode's composed form.
"""

import re
import unicodedata

from rtsynth.common.errors import InputError

LONGEST = 64  # characters
LONGEST_BYTES = 200  # in UTF-8: file systems take 255, and endings come behind it
NOT_IN_NAMES = '/\\:*?"<>|'
RULE = (
    f"a name has 1 to {LONGEST} characters (at most {LONGEST_BYTES} bytes), none of "
    f"{' '.join(NOT_IN_NAMES)}, no dot or space at its ends, and is no device of Windows "
    "(NUL, COM1)"
)
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9\u00b9\u00b2\u00b3]) *(\..*)?", re.IGNORECASE
)
# Between letters of some scripts they are spelling, though nothing is printed for them.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
_SHOWN = 40  # characters of what is refused


def composed(text: str) -> str:
    """A name as it is kept."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_name(text: str) -> bool:
    """Whether something can be kept under a name, once it is `composed`."""
    name = composed(text)
    letters = name.translate(_JOINERS)
    return (
        letters.isprintable()  # so no surrogates either, which have no UTF-8
        and letters.strip(" .") == letters != ""
        and not any(character in NOT_IN_NAMES for character in letters)
        and len(name) <= LONGEST
        and len(name.encode()) <= LONGEST_BYTES
        and not is_device(name)
    )


def is_device(text: str) -> bool:
    """Whether Windows has a device of this name, and so no file: "NUL", "com1", "aux.x"."""
    return _DEVICE.fullmatch(text) is not None


def checked_name(text: str, kind: str) -> str:
    """A name as it is kept.

    Args:
        kind: of what, e.g. "preset".

    Raises:
        InputError: nothing can be called so.
    """
    if not is_name(text):
        raise InputError(f"{kind} name {text[:_SHOWN]!r}: {RULE}")
    return composed(text)


def plain_letters(text: str) -> str:
    """As names are put in order: "É" and "e" are the same letter."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
