"""Which parameters a folder of recordings has: proposals for the [[conditioning]] of a recipe.

In this order: a table (parameters.csv), decimal fields of the names, notes, dynamics, numbers
behind letters, folders as classes; then what is measured, for a pitch or an amplitude that nothing
says.
Proposed is what every recording has and what differs between them; what says the same as one before
is left out, and named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from rtsynth.common.audiofile import find_audio
from rtsynth.common.control_names import plugin_name
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, keep_quiet, warn
from rtsynth_train.core.filenames import parse_name
from rtsynth_train.core.patterns import numbers_in, pattern_value
from rtsynth_train.core.table import read_table
from rtsynth_train.core.values import place_in
from rtsynth_train.core.whole import measured_value

RATE_HZ = 16_000
MOST_MEASURED = 500  # recordings; of more every n-th is measured
MOST_CLASSES = 64
PITCHED = 0.9  # of the recordings: that many have to have a pitch
PITCH_SPAN, LOUDNESS_SPAN_DB = 0.7, 6.0  # below, the recordings differ by chance
_KNOWN: dict[str, dict[str, Any]] = {
    "p": {"name": "pitch", "unit": "MIDI", "role": "pitch"},
    "pitch": {"name": "pitch", "unit": "MIDI", "role": "pitch"},
    "midi": {"name": "pitch", "unit": "MIDI", "role": "pitch"},
    "note": {"name": "pitch", "unit": "MIDI", "role": "pitch"},
    "a": {"name": "amplitude", "role": "amplitude"},
    "amplitude": {"name": "amplitude", "role": "amplitude"},
    "v": {"name": "velocity", "role": "amplitude"},
    "vel": {"name": "velocity", "role": "amplitude"},
    "velocity": {"name": "velocity", "role": "amplitude"},
}
_MEASURED = {
    "pitch": ({"name": "pitch", "unit": "MIDI", "role": "pitch"}, PITCH_SPAN),
    "loudness": ({"name": "loudness", "unit": "dB", "role": "amplitude"}, LOUDNESS_SPAN_DB),
}

Values = list[float | None]


@dataclass(frozen=True)
class Proposal:
    """`table` is a [[conditioning]] of a recipe; `why` says in words what it was found in."""

    table: dict[str, Any]
    why: str


@dataclass(frozen=True)
class _Candidate:
    about: dict[str, Any]  # of the table, without the range
    values: Values
    why: str
    labels: tuple[str, ...] = ()


def propose(
    folder: Path, rate_hz: int = RATE_HZ, *, measure: bool = True, say: Say = warn
) -> list[Proposal]:
    """The parameters of a folder of recordings; none where nothing differs between them.

    `measure` allows to read the recordings, for what their names do not say; `say` is called with a
    line for each one that is left out.

    Raises:
        InputError: no recordings, or a parameters.csv that is faulty, or lacks one of them.
    """
    paths = find_audio(folder, say=keep_quiet)
    places = [place_in(folder, path) for path in paths]
    found, taken = list[Proposal](), list[list[float]]()
    candidates = [*_tabled(folder, places), *_named(paths, places), *_foldered(places)]
    for each in candidates:
        _take(each, found, taken, say)
    for what, (about, span) in _MEASURED.items():
        roles = {each.table.get("role") for each in found}
        if not measure or about["role"] in roles or len(paths) < 2:
            continue
        sample = paths[:: -(-len(paths) // MOST_MEASURED)]
        values = _measured(sample, what, rate_hz)
        known = [value for value in values if value is not None]
        if len(known) >= PITCHED * len(sample) and max(known) - min(known) >= span:
            few = "" if len(sample) == len(paths) else f", of {len(sample)} of {len(paths)}"
            table = _table({"from": "measured", "field": what} | about, known)
            found.append(Proposal(table, f"{what} as measured{few}: {_span(known)}"))
    return found


def _take(each: _Candidate, found: list[Proposal], taken: list[list[float]], say: Say) -> None:
    """Add a candidate that every recording has, that differs, and says something new."""
    values = [value for value in each.values if value is not None]
    if len(set(values)) < 2:
        return
    lacking = len(each.values) - len(values)
    if lacking:
        if lacking <= len(values):  # else it is chance
            say(f"{each.why}: left out, as {lacking} of {len(each.values)} recordings have none")
        return
    for proposal, others in zip(found, taken, strict=True):
        if _says_the_same(values, others):
            say(
                f"{each.why}: left out, as the recordings differ in it as they do in"
                f" {proposal.table['name']}; add it to the recipe if it is to be a knob, too"
            )
            return
    name = each.about["name"]
    if name in {proposal.table["name"] for proposal in found}:
        say(f"{each.why}: left out, as another parameter is called {name} already")
        return
    roles = {proposal.table.get("role") for proposal in found} & {"pitch", "amplitude"}
    about = dict(each.about)
    if about.get("role") in roles:
        del about["role"]
    taken.append(values)
    table = _table(about, values)
    why = f"{each.why}: {_span(values)}"
    if each.labels:
        table |= {"minimum": 0.0, "maximum": len(each.labels) - 1.0, "default": 0.0,
                  "labels": list(each.labels)}  # fmt: skip
        why = f"{each.why}: {', '.join(each.labels[:5])}" + (
            ", ..." if len(each.labels) > 5 else ""
        )
    found.append(Proposal(table, why))


def _says_the_same(values: list[float], others: list[float]) -> bool:
    """Whether the same recordings are alike by both; where none are, whether the order is the same,
    or the opposite one."""
    if _partition(values) != _partition(others):
        return False
    if len(set(values)) < len(values):
        return True
    along = [value for _, value in sorted(zip(others, values, strict=True))]
    return along == sorted(values) or along == sorted(values, reverse=True)


def _partition(values: list[float]) -> list[int]:
    """Which recordings have the same value, whatever it is."""
    numbers = dict[float, int]()
    return [numbers.setdefault(value, len(numbers)) for value in values]


def _table(about: dict[str, Any], values: list[float]) -> dict[str, Any]:
    low, high = min(values), max(values)
    span = {"minimum": low, "maximum": high, "default": round((low + high) / 2, 6)}
    if about["from"] == "measured":  # a little wider than what was measured
        span |= {"minimum": round(low - 0.05, 2), "maximum": round(high + 0.05, 2)}
    return about | span


def _span(values: list[float]) -> str:
    return f"{min(values):.5g} to {max(values):.5g}, {len(set(values))} values"


def _tabled(folder: Path, places: list[PurePath]) -> Iterator[_Candidate]:
    table = read_table(folder) if folder.is_dir() else None
    for column in () if table is None else table.columns:
        assert table is not None
        if not table.has_numbers(column):
            continue  # of words
        values: Values = [table.value(place, column) for place in places]
        about = {"from": "table", "field": column} | _about(column)
        yield _Candidate(about, values, f"column {column!r} of {table.path.name}")


def _named(paths: list[Path], places: list[PurePath]) -> Iterator[_Candidate]:
    named = [parse_name(path) for path in paths]
    for field in dict.fromkeys(field for each in named for field in each):
        about = {"from": "name", "field": field} | _about(field)
        yield _Candidate(about, [each.get(field) for each in named], f"_{field}... in the names")
    pitch = {"from": "name", "pattern": "note"} | _KNOWN["note"]
    yield _Candidate(pitch, _patterned(places, "note"), "notes in the names")
    level = {"from": "name", "pattern": "dynamic"} | _KNOWN["a"]
    yield _Candidate(level, _patterned(places, "dynamic"), "dynamics in the names")
    for field in numbers_in(paths[0].stem):
        if field.isdigit() or _is_note_letter(field, paths):
            continue  # a number without a word: which take it is, more often than not
        values = _patterned(places, "number", field)
        if _counts(values):
            continue
        about = {"from": "name", "pattern": "number", "field": field} | _about(field)
        yield _Candidate(about, values, f"{field} and a number in the names")


def _about(field: str) -> dict[str, Any]:
    known = _KNOWN.get(field.lower())
    return dict(known) if known is not None else {"name": plugin_name(field)}


def _is_note_letter(field: str, paths: list[Path]) -> bool:
    return len(field) == 1 and field.lower() in "cdefgab" and all(
        pattern_value(PurePath(path.name), "note") is not None for path in paths
    )  # fmt: skip


def _counts(values: Values) -> bool:
    """Whether these are the numbers of takes: every recording its own, from 0 or 1 on."""
    known = sorted(value for value in values if value is not None)
    return any(known == [float(n + first) for n in range(len(known))] for first in (0, 1))


def _patterned(places: list[PurePath], pattern: str, field: str = "") -> Values:
    def value(place: PurePath) -> float | None:
        try:
            return pattern_value(place, pattern, field)
        except InputError:
            return None  # two in one name

    return [value(place) for place in places]


def _foldered(places: list[PurePath]) -> Iterator[_Candidate]:
    """Classes at every depth that all recordings have, as long as every folder has several."""
    depth = min(len(place.parts) - 1 for place in places)
    for level in range(depth):
        names = [place.parts[level] for place in places]
        labels = tuple(sorted(set(names)))
        above = {label for other in range(depth) if other != level
                 for label in {place.parts[other] for place in places}}  # fmt: skip
        if not 2 <= len(labels) <= MOST_CLASSES or len(labels) == len(names):
            continue
        if above & set(labels) or len({label.casefold() for label in labels}) < len(labels):
            continue
        about = {"from": "folder", "name": "kind" if level == 0 else f"kind{level + 1}",
                 "role": "class"}  # fmt: skip
        values: Values = [float(labels.index(name)) for name in names]
        yield _Candidate(about, values, "folders as classes", labels)


def _measured(paths: list[Path], what: str, rate_hz: int) -> Values:
    def value(path: Path) -> float | None:
        try:
            return measured_value(path, what, rate_hz)
        except InputError:
            return None  # cannot be read, or has none

    return [value(path) for path in paths]
