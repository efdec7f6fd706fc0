"""What is in a folder of recordings: lengths, rates, channels, parameters, and what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.audiofile import find_audio
from rtsynth.common.audiofile.levels import Levels
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say
from rtsynth_train.core.filenames import parse_name
from rtsynth_train.own.parameters import propose
from rtsynth_train.samplernn.listing import find_csvs

FORMAT = 1
RATE_HZ = 16_000  # what networks are trained at here
SHORTEST_S = 0.5
NOTE, TEXTURE = "note", "texture"
# Problems that clean copies are without: changed, or left out (`rtsynth_train.own.clean`).
CLEANED = (
    "another rate", "several channels", "offset by a constant (DC)", "quiet", "too loud",
    "unreadable", "too short", "silent",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """`text` names the remedy. `cleaned`: clean copies are without it. `refused`: none can be
    trained on as it is."""

    recording: str
    kind: str
    text: str
    cleaned: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Surveyed:
    """One recording that can be read; `parameters` are those in its name."""

    name: str
    seconds: float
    rate_hz: int
    channels: int
    parameters: dict[str, float]


@dataclass(frozen=True)
class Survey:
    """A folder, or one file."""

    folder: str
    recordings: list[Surveyed]
    problems: list[Problem]
    remarks: list[str]
    curves: bool  # whether a .csv of values or classes lies beside every recording
    parameters: dict[str, tuple[float, float]]  # (lowest, highest), but for what is measured

    @property
    def seconds(self) -> float:
        """Of all recordings."""
        return sum(each.seconds for each in self.recordings)

    @property
    def kind(self) -> str:
        """The kind of sound that these recordings are most likely meant for."""
        return NOTE if self.parameters else TEXTURE

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "format": FORMAT, **asdict(self), "seconds": round(self.seconds, 3),
            "parameters": {name: list(span) for name, span in self.parameters.items()},
            "kind": self.kind, "rate_hz": RATE_HZ,
        }  # fmt: skip


def survey(folder: Path) -> Survey:
    """Read every recording under `folder` to its end.

    Raises:
        InputError: no such folder, or no recordings in it.
    """
    remarks: list[str] = []
    paths = find_audio(folder, say=remarks.append)
    recordings: list[Surveyed] = []
    problems: list[Problem] = []
    for path in paths:
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            recording, found = _look(path, name)
        except InputError as error:
            problems.append(_problem(name, "unreadable", _without(path, str(error)), True))
            continue
        recordings.append(recording)
        problems += found
    parameters = _parameters(folder, problems, remarks.append)
    curves = _curves(paths, problems)
    return Survey(str(folder), recordings, problems, remarks, curves, parameters)


def _look(path: Path, name: str) -> tuple[Surveyed, list[Problem]]:
    remarks: list[str] = []
    with Recording(path, remarks.append) as recording:
        levels = Levels(recording.channels)
        for block in recording.blocks():
            levels.add(block, block.mean(axis=1))
        rate_hz, channels = recording.rate_hz, recording.channels
        seconds = recording.length_s
    problems = [_problem(name, kind, text) for kind, text in _form(rate_hz, channels)]
    if seconds < SHORTEST_S:
        text = f"{seconds:.2f} s is too short; at least {SHORTEST_S} s are needed"
        problems.append(_problem(name, "too short", text, True))
    for found in levels.findings(path, rate_hz):
        problems.append(_problem(name, found.kind, found.line, found.refused))
    problems += [_problem(name, "header", _without(path, remark)) for remark in remarks]
    surveyed = Surveyed(name, round(seconds, 3), rate_hz, channels, parse_name(path))
    return surveyed, problems


def _form(rate_hz: int, channels: int) -> Iterator[tuple[str, str]]:
    if rate_hz != RATE_HZ:
        yield "another rate", f"{rate_hz} Hz; training converts it to {RATE_HZ} Hz"
    if channels != 1:
        yield (
            "several channels",
            f"{channels} channels; training mixes them to mono",
        )


def _curves(paths: Sequence[Path], problems: list[Problem]) -> bool:
    try:
        return bool(find_csvs(list(paths)))
    except InputError as error:
        problems.append(_problem("", "conditioning", str(error), True))
        return False


def _parameters(folder: Path, problems: list[Problem], say: Say) -> dict[str, tuple[float, float]]:
    """Those that a recipe is proposed with."""
    try:
        tables = [each.table for each in propose(folder, measure=False, say=say)]
    except InputError as error:
        problems.append(_problem("", "conditioning", str(error)))
        return {}
    return {str(each["name"]): (each["minimum"], each["maximum"]) for each in tables}


def _problem(name: str, kind: str, text: str, refused: bool = False) -> Problem:
    return Problem(name, kind, text, kind in CLEANED, refused)


def _without(path: Path, text: str) -> str:
    return text.removeprefix(f"{path}: ")
