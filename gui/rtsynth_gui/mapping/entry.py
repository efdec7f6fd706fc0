"""One mapping as the engine lists it, and as another one is sent to it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from rtsynth.control.osc.packet import Argument
from rtsynth_gui.link.control import Control

LEARNED, FILE, DEFAULT = ORIGINS = ("learned", "file", "default")
ANY = "any"
LONGEST = 300  # letters of a text
Setting = str | float
Key = tuple[str, tuple[tuple[str, Setting], ...]]

# The kinds of MIDI controls: how one is written, and the last number of those that have one.
KINDS: dict[str, tuple[str, int]] = {
    "cc": (str(QT_TRANSLATE_NOOP("Mapping", "CC {}")), 119),
    "cc14": (str(QT_TRANSLATE_NOOP("Mapping", "CC {} (14 bits)")), 31),
    "nrpn": (str(QT_TRANSLATE_NOOP("Mapping", "NRPN {}")), 16_383),
    "note": (str(QT_TRANSLATE_NOOP("Mapping", "Note {}")), 127),
    "program": (str(QT_TRANSLATE_NOOP("Mapping", "Program {}")), 127),
    "pressure": (str(QT_TRANSLATE_NOOP("Mapping", "Pressure")), 0),
    "key-pressure": (str(QT_TRANSLATE_NOOP("Mapping", "Key pressure")), 0),
    "bend": (str(QT_TRANSLATE_NOOP("Mapping", "Pitch bend")), 0),
}


def translated(text: str) -> str:
    """A text of the table in the language of the desktop."""
    return QCoreApplication.translate("Mapping", text)


def kind_title(kind: str) -> str:
    """A kind of MIDI controls, without a number: "CC (14 bits)"."""
    return " ".join(translated(KINDS[kind][0]).format("").split())


@dataclass(frozen=True)
class Entry:
    """`settings` by name, as a map's entry has them, but for kind, number and port."""

    address: str
    origin: str
    kind: str = "cc"
    number: int = 0
    channel: int | None = None
    port: str = ""
    settings: dict[str, Setting] = field(default_factory=dict)
    every_slot: bool = False
    file: str = ""

    @property
    def key(self) -> Key:
        """What two equal ones have in common."""
        return replace(self, settings={}).__repr__(), tuple(sorted(self.settings.items()))

    @property
    def is_action(self) -> bool:
        """Whether it does something to the network's states, in place of moving a control."""
        return self.address.split("/")[3:4] == ["bank"]

    @property
    def lasts(self) -> bool:
        """Whether there is an end to what a press does."""
        return not self.is_action or "/bank/loop " in self.address

    @property
    def source(self) -> str:
        """The MIDI control: "CC 21 · ch 3"."""
        text, _ = KINDS[self.kind]
        parts = [translated(text).format(self.number)]
        if self.channel is not None:
            parts.append(translated("ch {}").format(self.channel))
        return " · ".join(parts)

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What /midi/assign is sent for it, behind the address."""
        named: dict[str, Setting] = {"kind": self.kind, "number": self.number}
        if self.channel is not None:
            named["channel"] = self.channel
        if self.port:
            named["port"] = self.port
        return tuple(part for pair in (named | self.settings).items() for part in pair)

    @property
    def learn_settings(self) -> tuple[Argument, ...]:
        """What /midi/learn is sent, so that another MIDI control does the same."""
        named = dict(self.settings)
        if "relative" in named:
            named["kind"] = "cc"
        return tuple(part for pair in named.items() for part in pair)

    @property
    def sent(self) -> "Entry":
        """The same in the precision in which it is sent."""
        settings = {
            name: value if isinstance(value, str) else float(np.float32(value))
            for name, value in self.settings.items()
        }
        return replace(self, settings=settings)

    def having(self, **settings: Setting | None) -> "Entry":
        """The same with other settings; None takes one away.

        What then makes no sense any more goes, too: an encoder is not pressed, and sends cc.
        """
        merged = {**self.settings, **settings}
        if self.kind != "cc":
            merged |= {"relative": None}
        if not merged.get("relative"):
            merged["step"] = None
        else:
            merged["mode"] = None
        if merged.get("minimum") is None or merged.get("maximum") is None:
            merged |= dict.fromkeys(("minimum", "maximum", "curve"))
        kept = {name: value for name, value in merged.items() if value is not None}
        return replace(self, settings=kept)

    def span(self, control: Control) -> tuple[float, float]:
        """The values at the ends of the MIDI control."""
        low, high = self.settings.get("minimum"), self.settings.get("maximum")
        if isinstance(low, str | None) or isinstance(high, str | None):
            return control.minimum, control.maximum
        return low, high

    def spanning(self, low: float, high: float, control: Control) -> "Entry":
        """The same over another range; a whole range by the control's own curve is none."""
        whole = (low, high) == (control.minimum, control.maximum)
        curve = self.settings.get("curve", control.curve)
        if whole and curve == control.curve:
            return self.having(minimum=None, maximum=None)
        if curve == "volume" and low > high:
            curve = "linear"
        return self.having(minimum=low, maximum=high, curve=curve)

    def is_inverted(self, control: Control) -> bool:
        """Whether turning it up moves the control down."""
        low, high = self.span(control)
        return low > high

    def inverted(self, control: Control) -> "Entry":
        """The same, turned round."""
        low, high = self.span(control)
        return self.spanning(high, low, control)


def read_entry(arguments: Iterable[object]) -> Entry | None:
    """What a /midi/mapping says; None where it is malformed."""
    match list(arguments):
        case [str(address), str(origin), *pairs] if origin in ORIGINS and len(pairs) % 2 == 0:
            named = dict(zip(map(str, pairs[::2]), pairs[1::2], strict=True))
        case _:
            return None
    kind, number = named.pop("kind", None), named.pop("number", 0)
    channel, port = named.pop("channel", None), named.pop("port", "")
    slot, file = named.pop("slot", ""), named.pop("from", "")
    if kind not in KINDS or not isinstance(number, int):
        return None
    if not isinstance(channel, int | None):
        return None
    settings: dict[str, Setting] = {}
    for name, value in named.items():
        if isinstance(value, str) and len(value) <= LONGEST:
            settings[name] = value
        elif isinstance(value, int | float) and math.isfinite(value):
            settings[name] = float(value)
        else:
            return None
    return Entry(
        address, origin, str(kind), number, channel, str(port)[:LONGEST], settings,
        slot == ANY, str(file)[:LONGEST],
    )  # fmt: skip
