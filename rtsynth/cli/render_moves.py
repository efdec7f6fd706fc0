"""What moves while `rtsynth render` renders a file, and how long that file is."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rtsynth.common.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtsynth.offline.events import ControlEvent
    from rtsynth.plugin import Plugin


@dataclass(frozen=True)
class Moves:
    """Timed changes from a file; `first` holds from the start, while it is primed, too.

    A file with a row for every sample has `rows`, and moves `exact` at their very samples.
    """

    events: "Iterable[ControlEvent]" = ()
    first: tuple[tuple[str, float], ...] = ()
    exact: tuple[str, ...] = ()
    rows: int | None = None
    file: str = ""

    def length_s(self, seconds: float | None, rate_hz: int) -> float:
        """How long the rendering is: `seconds`, or as long as the file has rows.

        Raises:
            InputError: neither is known, or the file is too short.
        """
        if self.rows is None:
            if seconds is None:
                raise InputError(
                    "--seconds: is missing; only a .csv with a row for every sample has a length "
                    "of its own"
                )
            return seconds
        if seconds is None:
            return self.rows / rate_hz
        if round(seconds * rate_hz) > self.rows:
            raise InputError(
                f"{self.file}: has {self.rows} rows, {self.rows / rate_hz:g} s at {rate_hz} Hz: "
                f"too few for --seconds {seconds:g}"
            )
        return seconds


def read_moves(file: str | None, plugin: "Plugin", count: int = 1, voices: int = 1) -> list[Moves]:
    """What moves in each of `count` renderings of a batch.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
    from rtsynth.offline.automation import read_automation
    from rtsynth.offline.conditioning_file import is_conditioning, read_conditioning

    if file is None:
        return [Moves()] * count
    if is_conditioning(Path(file), plugin):
        read = read_conditioning(Path(file), plugin)
        first = tuple(read.first.items())
        return [Moves(read.events, first, read.names, read.rows, file)] * count
    return [
        Moves(read_automation(file, plugin, voices=voices, number=number), file=file)
        for number in range(count)
    ]
