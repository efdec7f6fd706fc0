"""What `rtsynth survey --json` says of a folder, checked."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

FORMAT = 1
NOTE = "note"
KINDS = ("note", "texture", "voice", "loop")
MOST_PROBLEMS = 200
LONGEST_TEXT = 400


@dataclass(frozen=True)
class Problem:
    """One thing wrong with recordings, the first of which is named; the text names the remedy."""

    recording: str
    count: int
    text: str
    kind: str
    cleaned: bool
    refused: bool


@dataclass(frozen=True)
class Found:
    """What is in a folder, or a file."""

    folder: Path
    count: int
    seconds: float
    rates_hz: list[int]
    channels: list[int]
    parameters: dict[str, tuple[float, float]]
    curves: bool
    kind: str
    problems: list[Problem] = field(default_factory=list)
    more: int = 0  # problems that are not listed

    @property
    def hindering(self) -> list[Problem]:
        """Problems without whose remedy nothing can be trained."""
        return [problem for problem in self.problems if problem.refused]

    @property
    def cleanable(self) -> bool:
        """Whether clean copies would be without some of the problems."""
        return not self.curves and any(problem.cleaned for problem in self.problems)


def read_found(text: bytes | str) -> Found | None:
    """The survey; None where it is none, or of another version."""
    try:
        raw = json.loads(text)
        if raw["format"] != FORMAT or raw["kind"] not in KINDS:
            return None
        recordings = raw["recordings"]
        every = _grouped(raw["problems"])
        problems = every[:MOST_PROBLEMS]
        return Found(
            Path(raw["folder"]), len(recordings), float(raw["seconds"]),
            sorted({int(each["rate_hz"]) for each in recordings}),
            sorted({int(each["channels"]) for each in recordings}),
            {str(name): (float(low), float(high))
             for name, (low, high) in raw["parameters"].items()},
            bool(raw["curves"]), raw["kind"], problems, len(every) - len(problems),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _grouped(listed: list[dict[str, Any]]) -> list[Problem]:
    """Each problem once, with the number of recordings that have it."""
    problems: dict[tuple[str, str], Problem] = {}
    for each in listed:
        kind, text = str(each["kind"]), str(each["text"])[:LONGEST_TEXT]
        known = problems.get((kind, text))
        if known is None:
            recording = str(each["recording"])[:LONGEST_TEXT]
            known = Problem(recording, 0, text, kind, bool(each["cleaned"]), bool(each["refused"]))
        problems[kind, text] = replace(known, count=known.count + 1)
    return list(problems.values())
