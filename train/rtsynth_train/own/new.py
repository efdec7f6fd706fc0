"""A recipe for recordings of one's own: what is in them, the kind that suits, and why."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth_train.core.duration import length_text, seconds_of
from rtsynth_train.core.recipe_place import seen_from
from rtsynth_train.core.recipes import recipe_for
from rtsynth_train.own.base import suits
from rtsynth_train.own.kinds import kind_recipe
from rtsynth_train.own.parameters import Proposal, propose
from rtsynth_train.own.recipe_text import recipe_text
from rtsynth_train.own.sizes import BASE, FROM_BASE, Size, is_little, size_for
from rtsynth_train.own.survey import NOTE, TEXTURE, Survey, survey

TIMES = ("10min", "1h", "night")
SHOWN_PROBLEMS = 5
# Where a kind takes what it has from, and not from the size of its network.
_REASONS = {
    "streams.longest_s": "short stretches: every note is met often",
    "streams.own": "later it also learns from what it plays itself, so that held notes stay what"
    " they are",
    "streams.own_after": "a network that knows nothing yet has nothing to teach itself",
    "data.remove_dc": "a constant offset is of the recorder, not of the sound",
    "data.held_out_from": "silence at the end of a recording is easy to foretell: it would flatter"
    " the score",
    "data.test": "all but the validation part is trained on; no second part is scored",
    "batches.silent_starts": "a loop goes on; it does not start from silence",
    "run.num_generated": "one preview at a time takes least of the time",
}

_BASE_REASONS = {
    "streams.own_after": f"it is to start from {BASE!r}, which knows how to sound",
    "streams.own_share": "to play them all takes as long as some thirty steps",
    "run.evaluate_every": "seldom, as it takes its time from the training",
}


@dataclass(frozen=True)
class New:
    """A recipe that was proposed: its text, what is to be said about it, and the words behind it
    that train it.
    """

    text: str
    lines: list[str]
    flags: tuple[str, ...] = ()


def propose_recipe(
    folder: Path, time: str, kind: str | None = None, recipe: Path | None = None
) -> New:
    """The recipe for a folder of recordings, of `kind` or the one that suits it, for a `time`;
    `recipe` is the file that it will be in.

    Raises:
        InputError: no recordings, none that can be used, no such kind, or it is no time.
    """
    try:
        time_s = seconds_of(time)
    except ValueError as error:
        raise InputError(f"--time: {error}") from error
    found = survey(folder)
    if not found.recordings:
        raise InputError(f"{folder}: none of its recordings can be read; see rtsynth survey")
    left_out = list[str]()
    wanted = len(found.recordings) > 1 and kind in (None, NOTE)
    knobs = propose(folder, say=left_out.append) if wanted else []
    chosen, because = (kind, "as asked for") if kind is not None else kind_of(found, knobs)
    from_base = suits(chosen, time_s, knobs)
    size = FROM_BASE if from_base else size_for(chosen, time_s, found.seconds)
    flags = ("--from", BASE) if from_base else ()
    raw = kind_recipe(chosen, found, time, knobs, from_base=from_base)
    if recipe is not None:
        raw["data"] |= {"folder": seen_from(folder, recipe)}
    how = recipe_for(raw, chosen)
    how.parse(raw, str(folder))  # what is written trains
    why = _reasons(raw, size, time_s, knobs)
    name = [shlex.quote(recipe.name)] if recipe else []
    command = " ".join(["rtsynth train", *name, *flags])
    about = (
        f"{folder}: {_described(found)}.\nKind: {chosen}, {because}.\n"
        f"Written for a training of {length_text(time_s)}: {command}\n"
        "Lines that begin with a # are at their default: take it away to change them."
    )
    lines = [f"{folder}: {_described(found)}", *(f"  {line}" for line in _problems(found))]
    lines += [f"  {each.table['name']}: {each.why}" for each in knobs]
    lines += [f"  {line}" for line in left_out]
    lines += [f"kind: {chosen}, {because}", *_times(chosen, time_s, size, found.seconds)]
    return New(recipe_text(how.config, raw, why, about), lines, flags)


def kind_of(found: Survey, knobs: list[Proposal]) -> tuple[str, str]:
    """The kind that suits recordings, and why."""
    said = [each for each in knobs if each.table.get("from") != "measured"]
    if said:
        names = ", ".join(str(each.table["name"]) for each in said)
        return NOTE, f"as the recordings have parameters ({names}), which become knobs"
    if any(each.table.get("role") == "pitch" for each in knobs):
        return NOTE, "as each recording has a pitch of its own, which becomes a knob"
    if len(found.recordings) == 1:
        return TEXTURE, "as it is one recording; --kind voice or loop if it is speech or a loop"
    return TEXTURE, "as nothing says what differs between them; --kind voice or loop for such"


def _described(found: Survey) -> str:
    rates = " and ".join(f"{rate} Hz" for rate in sorted({r.rate_hz for r in found.recordings}))
    names = {1: "mono", 2: "stereo"}
    channels = {names.get(r.channels, f"{r.channels} channels") for r in found.recordings}
    count = len(found.recordings)
    return (
        f"{count} recording{'s' if count > 1 else ''}, {length_text(found.seconds)}, {rates},"
        f" {' and '.join(sorted(channels))}"
    )


def _problems(found: Survey) -> Iterator[str]:
    """What is wrong with recordings, but for what the trainer converts."""
    problems = [p for p in found.problems if p.kind not in ("another rate", "several channels")]
    for problem in problems[:SHOWN_PROBLEMS]:
        yield f"{problem.recording}: {problem.text}"
    if len(problems) > SHOWN_PROBLEMS:
        yield f"and {len(problems) - SHOWN_PROBLEMS} more problems: rtsynth survey {found.folder}"


def _times(kind: str, time_s: float, chosen: Size, sound_s: float) -> Iterator[str]:
    """What some times give, the one asked for, with the size chosen for it, marked."""
    yield "what a time gives, with about so many steps on one core of its own:"
    seconds = sorted({time_s, *(seconds_of(time) for time in TIMES)})
    for each_s in seconds:
        asked = each_s == time_s
        mark, size = (">", chosen) if asked else (" ", size_for(kind, each_s, sound_s))
        words = f"{size.words}, {size.steps_in(each_s)} steps"
        yield f"{mark} {length_text(each_s):<10} {words:<62} {size.expect}"
    if is_little(kind, sound_s):
        yield (
            f"  {length_text(sound_s)} of sound are learned by heart in minutes: longer recordings"
            " give more, a longer time does not"
        )


def _reasons(
    raw: dict[str, Any], size: Size, time_s: float, knobs: list[Proposal]
) -> dict[str, str]:
    time = length_text(time_s)
    why = {key: reason for key, reason in _REASONS.items() if key.split(".")[0] in raw}
    for section, values in size.sections.items():
        why |= {f"{section}.{name}": f"for {time}: {size.words}" for name in values}
    why |= {f"conditioning.{number}": each.why for number, each in enumerate(knobs)}
    why |= {
        "data.rate_hz": "what networks of this size can be played at",
        "optimiser.steps": f"about what {time} has room for; the trainer measures that, and all"
        " that is counted in steps moves along",
        "run.time": 'asked for; "" trains optimiser.steps steps, however long they take',
        "run.threads": "more threads wait for each other where the machine has other work",
        "run.evaluate_every": "twenty times in the training",
    }  # fmt: skip
    return why | (_BASE_REASONS if size is FROM_BASE else {})
