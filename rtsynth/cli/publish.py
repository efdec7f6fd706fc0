"""`rtsynth publish`."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.cli.options import OnePlugin
from rtsynth.common.errors import InputError

LONGEST_CARD = 1 << 17  # bytes of a text of one's own


def publish(
    plugin: OnePlugin,
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="OWNER/NAME, made if need be; @BRANCH may follow.")
    ],
    card: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Markdown of your own that the card begins with."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Make a new repository that only you see.")
    ] = False,
    dry_run: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the files into a folder, and publish nothing."),
    ] = None,
) -> None:
    """Publish a plugin on the Hugging Face hub, with a model card and a preview."""
    from rtsynth.common.files.atomic import atomic_write, make_folder
    from rtsynth.offline.preview import make_preview
    from rtsynth.plugin import load
    from rtsynth.plugin.attachments import Attachments, write_attachments
    from rtsynth.plugin.library import SUFFIX, resolve
    from rtsynth.plugin.sharing import card as cards
    from rtsynth.plugin.sharing import hub

    target = hub.read_repository(repository)
    path = resolve(plugin)
    loaded = load(path)
    text = _text_of(card)
    manifest, file = loaded.manifest, f"{path.stem}{SUFFIX}"
    _refuse_existing(dry_run, (cards.CARD_FILE, cards.PREVIEW_FILE, file))
    preview = make_preview(loaded)
    address = hub.address_of(target, cards.PREVIEW_FILE) if preview else ""
    readme = cards.repository_card(manifest, target.shown, file, address, text)
    attached = Attachments(cards.model_card(manifest, text), preview)
    with tempfile.TemporaryDirectory() as space:
        folder = Path(space) if dry_run is None else dry_run
        make_folder(folder)
        write_attachments(path, folder / file, attached)
        files: dict[str, bytes | Path] = {cards.CARD_FILE: readme.encode()}
        if preview:
            files[cards.PREVIEW_FILE] = preview
        if dry_run is not None:
            for name, content in files.items():
                if isinstance(content, bytes):
                    with atomic_write(folder / name) as temporary:
                        temporary.write_bytes(content)
            print(f"wrote {', '.join(sorted((*files, file)))} to {folder}; nothing was published")
            return
        files[file] = folder / file
        where = hub.publish(target, files, f"rtsynth: {manifest.name}", private or None)
    print(f"published {where}")
    print(f"others get it by: rtsynth get {target.shown}")


def _refuse_existing(folder: Path | None, names: tuple[str, ...]) -> None:
    if folder is None:
        return
    there = [name for name in names if os.path.lexists(folder / name)]
    if there:
        raise InputError(
            f"--dry-run {folder}: has {', '.join(there)} already; give another folder, or remove it"
        )


def _text_of(card: Path | None) -> str:
    if card is None:
        return ""
    try:
        content = card.read_bytes()
        if len(content) > LONGEST_CARD:
            raise InputError(f"--card {card}: longer than {LONGEST_CARD >> 10} kB")
        return content.decode("utf-8")
    except OSError as error:
        raise InputError(f"--card {card}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"--card {card}: not UTF-8") from error
