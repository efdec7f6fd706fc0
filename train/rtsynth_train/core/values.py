"""The value of every parameter for every recording, from where its table in the recipe says."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import ConditioningConfig, parse_name
from rtsynth_train.core.patterns import missing, pattern_value
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules
from rtsynth_train.core.table import TABLE, Table, read_table

# How far outside its range a measured value is taken for the nearest end of it.
TOLERANCE = {"pitch": (0.5, "semitone"), "loudness": (1.0, "dB")}


def place_in(folder: Path, path: Path) -> PurePath:
    """Where a recording lies in its set, which may be one file."""
    return PurePath(path.name) if path == folder else PurePath(path.relative_to(folder))


class Values:
    """Finds the values of the recordings of one folder; `rules` say which channel is measured."""

    def __init__(
        self,
        folder: Path,
        conditioning: Sequence[ConditioningConfig],
        rate_hz: int,
        rules: SoundRules = AS_THEY_ARE,
    ) -> None:
        self._folder, self._rate_hz, self._rules = folder, rate_hz, rules
        self._table = _table(folder, conditioning)

    def of(self, path: Path, each: ConditioningConfig) -> float:
        """The value of one parameter for one recording, in its unit.

        Raises:
            InputError: it has none; the line names it, the field and the remedy.
        """
        if each.source == "measured":
            from rtsynth_train.core.whole import measured_value

            value = measured_value(path, each.column, self._rate_hz, self._rules)
            return _within(path, each, value)
        return _said(path, place_in(self._folder, path), each, self._table)


def rows_of(
    folder: Path, paths: Sequence[Path], conditioning: Sequence[ConditioningConfig], rate_hz: int
) -> list[list[float]]:
    """A row [C] of values, in the parameters' units, for every recording.

    Raises:
        InputError: one recording has no value; the line names it, the field and the remedy, and
            how many more have none.
    """
    values = Values(folder, conditioning, rate_hz)
    rows, problems = list[list[float]](), list[InputError]()
    for path in paths:
        try:
            rows.append([values.of(path, each) for each in conditioning])
        except InputError as error:
            problems.append(error)
    if problems:
        more = len(problems) - 1
        raise InputError(f"{problems[0]}" + (f"; {more} more are without" if more else ""))
    return rows


def _table(folder: Path, conditioning: Sequence[ConditioningConfig]) -> Table | None:
    if all(each.source != "table" for each in conditioning):
        return None
    table = read_table(folder)
    if table is None:
        raise InputError(
            f'{folder / TABLE}: not there, but the recipe has from = "table"; write it'
            " (file,pitch,... and a line for each recording)"
        )
    return table


def _said(path: Path, place: PurePath, each: ConditioningConfig, table: Table | None) -> float:
    if each.source == "table":
        assert table is not None
        return table.value(place, each.column)
    if each.source == "folder":
        return _class_of(place, each)
    if each.pattern == "decimal":
        found = parse_name(path).get(each.field)
        if found is None:
            raise InputError(
                f"{path.name}: no decimal value for {each.field} in the file name"
                f" (write e.g. _{each.field}1.00)"
            )
        return found
    value = pattern_value(place, each.pattern, each.field)
    if value is None:
        raise InputError(f"{place}: {missing(each.pattern, each.field)}, for {each.name!r}")
    return value


def _class_of(place: PurePath, each: ConditioningConfig) -> float:
    """The label that is the name of a folder above the recording, the outermost first."""
    for part in place.parent.parts:
        if part in each.labels:
            return float(each.labels.index(part))
    raise InputError(
        f"{place}: lies in none of the folders {', '.join(each.labels)}, which are the labels of"
        f" {each.name!r}; move it, or add its folder to the labels"
    )


def _within(path: Path, each: ConditioningConfig, value: float) -> float:
    """An estimate, within the range: it is not to be refused for its last digits."""
    within = min(max(value, each.minimum), each.maximum)
    tolerance, unit = TOLERANCE[each.column]
    if abs(value - within) > tolerance:
        raise InputError(
            f"{path}: {each.column} is {value:.5g} as measured, more than {tolerance:g} {unit}"
            f" outside {each.minimum:g}..{each.maximum:g} (widen the range of {each.name!r} in the"
            " recipe, or take the file out)"
        )
    return within
