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
            metavar="REPO|URL",
            help="OWNER/NAME on the Hugging Face hub, @REVISION may follow; or the address of a "
            ".safetensors file, #sha256=HEX may follow.",
        ),
    ],
    sha256: Annotated[
        str | None, typer.Option(metavar="HEX", help="The SHA-256 that the file has to have.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Which one of a repository with several plugins."),
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
    from rtsynth.plugin.sharing.address import read_address, read_hash
    from rtsynth.plugin.sharing.install import get_url

    if name is not None and (name != name_from_file(name) or not name or set(name) & set("/\\")):
        raise InputError(f"--name {name!r}: not a name that a plugin's file can have")
    if ":" in source:
        if file is not None:
            raise InputError("--file: is for a repository; an address names its file")
        got = get_url(read_address(source, sha256), name, force=force)
    else:
        from rtsynth.plugin.sharing.hub import get_repository, read_repository

        digits = "" if sha256 is None else read_hash(sha256, "--sha256")
        got = get_repository(read_repository(source), file, digits, name, force=force)
    if as_json:
        document = {"name": got.name, "path": str(got.path), "sha256": got.sha256, "new": got.new}
        print(json.dumps(document, indent=2))
        return
    print(f"{'wrote' if got.new else 'there already:'} {got.path} (SHA-256 {got.sha256})")
    print(f"play it: rtsynth play {got.name}")
