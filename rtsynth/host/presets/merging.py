"""What was done between two states is undone where it still stands: a merge of three states."""

import math
from dataclasses import replace

from rtsynth.engine.program.table import take_name
from rtsynth.host.performance import KeptSlot
from rtsynth.host.presets.hidden_values import OPENED
from rtsynth.host.sections import Plain

_SAME = 1e-5  # values are float32 in the engine
_ABSENT = object()


def same(one: Plain, other: Plain) -> bool:
    """Whether two pieces of plain data are equal, as far as numbers in the engine are."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)
    return bool(one == other)


def undone(before: Plain, after: Plain, now: Plain) -> Plain:
    """`before` where `now` still is what `after` was, else `now`; tables entry by entry."""
    if same(now, after):
        return before
    if not (isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict)):
        return now
    merged = {
        key: undone(before.get(key, _ABSENT), after.get(key, _ABSENT), now.get(key, _ABSENT))
        for key in {**now, **before}
    }
    return {key: value for key, value in merged.items() if value is not _ABSENT}


def undone_sections(
    before: dict[str, Plain], after: dict[str, Plain], now: dict[str, Plain]
) -> dict[str, Plain]:
    """The sections that `undone` gives another state than they have now."""
    common = before.keys() & after.keys() & now.keys()
    merged = {name: undone(before[name], after[name], now[name]) for name in sorted(common)}
    return {name: data for name, data in merged.items() if not same(data, now[name])}


def undone_slot(before: KeptSlot, after: KeptSlot, now: KeptSlot) -> KeptSlot | None:
    """A slot whose plugin has stayed: only what has to move to be as before; None for nothing."""
    values = {
        name: value
        for name, value in before.values.items()
        if name in after.values
        and name in now.values
        and same(now.values[name], after.values[name])
        and not same(now.values[name], value)
    }
    if before.sections.get(OPENED) and not (after.sections.get(OPENED) or now.sections.get(OPENED)):
        # The controls of hidden layers come back, and are where they were.
        there = after.values.keys() | now.values.keys()
        values |= {name: value for name, value in before.values.items() if name not in there}
    takes = {take_name(name) for name in values} & now.values.keys()  # values go with them
    values = {**{take: now.values[take] for take in takes}, **values}
    drones = undone(before.drones, after.drones, now.drones)
    seed = before.seed if now.seed == after.seed != before.seed else None
    sections = undone_sections(before.sections, after.sections, now.sections)
    if not (values or sections or drones != now.drones or seed is not None):
        return None
    return replace(before, values=values, drones=drones, seed=seed, sections=sections)
