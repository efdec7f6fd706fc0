"""Flags of several commands that only look at a plugin or compute offline."""

from typing import Annotated

import typer

OnePlugin = Annotated[
    str, typer.Argument(metavar="PLUGIN", help="Name (see rtsynth list) or file.")
]
# Where nothing waits for the result: auto is the most exact one there, too.
OfflinePrecision = Annotated[
    str, typer.Option(metavar="float32|int8|int4", help="Precision of the weights.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
