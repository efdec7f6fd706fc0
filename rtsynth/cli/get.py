"""`rtsynth get`."""

import json
from typing import Annotated

import typer

from rtsynth.cli.options import Json
from rtsynth.common.errors import InputError


def get(
    source: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="Address of a .safetensors file; #sha256=HEX may stand behind it."
        ),
    ],
    sha256: Annotated[
        str | None, typer.Option(metavar="HEX", help="The SHA-256 that the file has to have.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name here; else that of its file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take it in the place of another plugin of its name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch a plugin into your plugin folder, checked before it is kept."""
    from rtsynth.plugin.naming import name_from_file
    from rtsynth.plugin.sharing.address import read_address
    from rtsynth.plugin.sharing.install import get_url

    if name is not None and (name != name_from_file(name) or not name or set(name) & set("/\\")):
        raise InputError(f"--name {name!r}: not a name that a plugin's file can have")
    got = get_url(read_address(source, sha256), name, force=force)
    if as_json:
        document = {"name": got.name, "path": str(got.path), "sha256": got.sha256, "new": got.new}
        print(json.dumps(document, indent=2))
        return
    print(f"{'wrote' if got.new else 'there already:'} {got.path} (SHA-256 {got.sha256})")
    print(f"play it: rtsynth play {got.name}")
