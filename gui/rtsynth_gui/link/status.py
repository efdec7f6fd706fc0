"""What an engine says of itself (`/status.reply`), as far as it can be read."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from rtsynth_gui.link.description import MALFORMED

NO_MIDI = "no MIDI: "  # how the engine's reason begins
STILL_S = 0.75  # longer without a callback, and two blocks, is no hiccup
LONGEST = 200  # letters of a reason


@dataclass(frozen=True)
class Status:
    """Read from the network: what is not there, or of another type, is as if nothing were known."""

    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """A text, "" for none; several names lead into tables inside each other."""
        value = self._value(names)
        return value if isinstance(value, str) else ""

    def number(self, *names: str) -> float | None:
        """A finite number; several names lead into tables inside each other."""
        value = self._value(names)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) else None

    def _value(self, names: tuple[str, ...]) -> Any:
        value: Any = self.fields
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @property
    def stalled(self) -> bool:
        """Whether the device there is has stopped taking sound, as where its server has died."""
        block, rate_hz = self.number("block_frames") or 0.0, self.number("rate_hz") or 0.0
        block_s = block / rate_hz if rate_hz > 0 else 0.0
        return (self.number("still_s") or 0.0) > STILL_S + 2 * block_s

    @property
    def midi_problem(self) -> str | None:
        """Why no MIDI can come: in words, or None where no input is open; "" where it can."""
        midi = self.fields.get("midi")
        if not isinstance(midi, dict) or midi.get("inputs", 1) not in (0, None):
            return ""
        return self.text("midi", "problem").removeprefix(NO_MIDI)[:LONGEST] or None

    @property
    def recording(self) -> str | None:
        """The file that is recorded to."""
        return self.text("recording") or None


def parse_status(text: str) -> Status | None:
    """What the JSON says; None where it is none."""
    try:
        fields = json.loads(text)
    except MALFORMED:
        return None
    return Status(fields) if isinstance(fields, dict) else None
