"""What an engine can be started with: how each option is called, and what is offered."""

from PySide6.QtCore import QCoreApplication

from rtsynth_gui.settings.engine import AUTO, NULL
from rtsynth_gui.settings.listening import ALLOWED, PLACE

translate = QCoreApplication.translate

RATES = ("44100", "48000", "88200", "96000")
BLOCKS = ("32", "64", "128", "256", "512", "1024", "2048")
AHEADS = ("0", "50", "100", "200", "400")
MIDI = ("none", "virtual")
PRECISIONS = ("float32", "int8", "int4")
VOICES = ("1", "2", "4", "8", "16")
TYPED = (PLACE, ALLOWED)  # in a field; the others are chosen from a menu
# Side by side on the page.
ROWS = (
    ("device",),
    ("rate", "block"),
    ("precision", "ahead"),
    ("midi", "voices"),
    (PLACE, ALLOWED),
)


def labels() -> dict[str, tuple[str, str, str]]:
    """name of an option: (how it is called, unit of its values, what it does)."""
    return {
        "device": (
            translate("EngineSection", "Audio device"),
            "",
            translate("EngineSection", "The device the engine plays through"),
        ),
        "rate": (
            translate("EngineSection", "Sample rate"),
            translate("EngineSection", "Hz"),
            translate("EngineSection", "Sample rate of the device; plugins are resampled to it"),
        ),
        "block": (
            translate("EngineSection", "Block"),
            translate("EngineSection", "frames"),
            translate("EngineSection", "Frames per callback; smaller blocks react faster"),
        ),
        "precision": (
            translate("EngineSection", "Precision"),
            "",
            translate("EngineSection", "Precision of the weights; fewer bits use less CPU"),
        ),
        "ahead": (
            translate("EngineSection", "Ahead"),
            translate("EngineSection", "ms"),
            translate("EngineSection", "Audio computed in advance, to avoid dropouts"),
        ),
        "midi": (
            translate("EngineSection", "MIDI input"),
            "",
            translate("EngineSection", "Which MIDI inputs are used"),
        ),
        "voices": (
            translate("EngineSection", "Voices"),
            "",
            translate(
                "EngineSection",
                "Polyphony of plugins loaded from now on; slots that are playing keep theirs",
            ),
        ),
        PLACE: (
            translate("EngineSection", "OSC port"),
            "",
            translate("EngineSection", "The port the engine listens on; this window follows it"),
        ),
        ALLOWED: (
            translate("EngineSection", "OSC from"),
            "",
            translate(
                "EngineSection",
                "Other machines that may control the engine, as addresses "
                "separated by commas, such as 192.168.1.20 or 192.168.1.0/24. "
                "Empty: this machine only",
            ),
        ),
    }


def values() -> dict[str, tuple[str, ...]]:
    """name of an option: what is offered, beside what it stands at."""
    return {
        "device": (NULL,),
        "rate": RATES,
        "block": BLOCKS,
        "precision": PRECISIONS,
        "ahead": AHEADS,
        "midi": MIDI,
        "voices": VOICES,
    }


def called(name: str, value: str) -> str:
    """How a value of an option is called, where it is not as it is."""
    words = {
        ("device", NULL): translate("EngineSection", "No device (silent)"),
        ("precision", "float32"): translate("EngineSection", "float32 (exact)"),
        ("precision", "int8"): translate("EngineSection", "int8 (faster)"),
        ("precision", "int4"): translate("EngineSection", "int4 (fastest)"),
        ("midi", AUTO): translate("EngineSection", "All inputs"),
        ("midi", "none"): translate("EngineSection", "None"),
        ("midi", "virtual"): translate("EngineSection", "Virtual port"),
    }
    if value == AUTO:
        return words.get((name, AUTO), translate("EngineSection", "Automatic"))
    unit = labels()[name][1]
    return words.get((name, value), f"{value} {unit}".strip())


def tidy(value: str) -> str:
    """A number without a fraction that is none, "100.0" as "100"; anything else as it is."""
    return value.removesuffix(".0") if value.removesuffix(".0").isdecimal() else value
