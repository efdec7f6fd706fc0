"""`rtsynth survey` and `rtsynth clean`: one's own recordings, before they are trained on."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.common.plain_text import plain

LOWEST_HZ, HIGHEST_HZ = 1000, 192_000
Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A folder of recordings, or one of them.")
]


def survey(
    data: Data,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """What is in a folder of recordings, and what would train badly, with the remedy."""
    from rtsynth_train.own.survey import survey as look

    found = look(data)
    if as_json:
        print(json.dumps(found.as_table()))
        return
    rates = ", ".join(f"{rate} Hz" for rate in sorted({r.rate_hz for r in found.recordings}))
    print(f"{data}: {len(found.recordings)} recordings, {found.seconds / 60:.1f} min, {rates}")
    for name, (low, high) in found.parameters.items():
        print(f"parameter {name}: {low:g} to {high:g}")
    for remark in found.remarks:
        print(plain(remark))
    for problem in found.problems:
        cleaned = " (rtsynth clean)" if problem.cleaned else ""
        print(plain(f"{problem.recording}: {problem.text}{cleaned}"))
    print(f"rtsynth train {plain(str(data))} --kind {found.kind}")


def clean(
    data: Data,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The new folder for the copies.")],
    rate_hz: Annotated[
        int, typer.Option(min=LOWEST_HZ, max=HIGHEST_HZ, metavar="HZ", help="Rate of the copies.")
    ] = 16_000,
) -> None:
    """Copies to train on: mono, at one rate, without offset and silence at the ends, levelled."""
    from rtsynth_train.own.clean import clean as make_copies

    if data.resolve() == out.resolve():
        raise InputError(f"{out}: is the folder of the recordings; name another one")
    count = sum(1 for _ in make_copies(data, out, rate_hz))
    print(f"{out}: {count} recordings")
