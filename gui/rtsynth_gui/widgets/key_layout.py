"""The letters on the user's computer keyboard, by the place of a key.

Notes are played by where a key is, so that they lie as on a piano in every layout. A place is
named by what is on it in the layout of the United States. Which letter is on it here is guessed
from the language, and corrected by what is typed: Qt does not say.
"""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication, QKeyEvent

# Two rows as one and a half octaves, as in most sequencers, and an octave down and up.
PLACES = "awsedftgyhujkolp;zx"
# Scan codes of the first PC keyboards, which Windows and (8 higher) X11 and Wayland still use.
SCANNED = (30, 17, 31, 18, 32, 33, 20, 34, 21, 35, 22, 36, 37, 24, 38, 25, 39, 44, 45)
SCAN_CODES = dict(zip(SCANNED, PLACES, strict=True))
LETTER_CODES = range(16, 54)  # all keys that have letters or marks, in three rows
MAC_KEYS = (0, 13, 1, 14, 2, 3, 17, 5, 16, 4, 32, 38, 40, 31, 37, 35, 41, 6, 7)
MAC_CODES = dict(zip(MAC_KEYS, PLACES, strict=True))
MAC_LETTER_CODES = range(51)
OFFSETS = {"xcb": 8, "wayland": 8, "wayland-egl": 8, "windows": 0}
MAC = "cocoa"
# What differs from the United States.
LAYOUTS: dict[str, dict[str, str]] = {
    "QWERTY": {},
    "QWERTZ": {"y": "z", "z": "y", ";": "ö"},
    "AZERTY": {"a": "q", "w": "z", "z": "w", ";": "m"},
}
QWERTZ = frozenset(["de", "cs", "hu", "sk", "sl", "hr", "bs", "sr", "lb", "sq"])
AZERTY = frozenset({"fr", "wa", "br"})


def place_of(event: QKeyEvent, platform: str = "") -> str | None:
    """The place of a key; "" where it is none of `PLACES`; None where only its text is known.

    `platform`: Qt's name of it; that of this process by default.
    """
    platform = platform or QGuiApplication.platformName()
    if platform == MAC:
        code = event.nativeVirtualKey()
        return MAC_CODES.get(code, "") if code in MAC_LETTER_CODES else None
    code = event.nativeScanCode() - OFFSETS.get(platform, 1 << 20)
    return SCAN_CODES.get(code, "") if code in LETTER_CODES else None


def guess(language: str) -> str:
    """The layout that people of a language use most, as in "de"."""
    code = language.partition("_")[0].partition("-")[0]
    if code in QWERTZ:
        return "QWERTZ"
    return "AZERTY" if code in AZERTY else "QWERTY"


class KeyLayout:
    """What is known of the letters so far."""

    def __init__(self, language: str) -> None:
        self.name = guess(language)
        self._typed: dict[str, str] = {}

    def letter(self, place: str) -> str:
        """What is on the key at a place."""
        return self._typed.get(place) or LAYOUTS[self.name].get(place, place)

    def learn(self, place: str, text: str) -> bool:
        """A key at a place typed a text; whether that was news."""
        typed = text.lower()
        if len(typed) != 1 or not typed.isprintable() or typed.isspace():
            return False
        news = self.letter(place) != typed
        self._typed[place] = typed
        if news:
            for name, differs in LAYOUTS.items():
                if all(differs.get(at, at) == there for at, there in self._typed.items()):
                    self.name = name
                    break
        return news


_here: list[KeyLayout] = []


def here() -> KeyLayout:
    """The layout of this user's keyboard."""
    if not _here:
        _here.append(KeyLayout(QLocale.system().name()))
    return _here[0]
