"""What a plugin file can carry for whoever looks for plugins: a card, and a sound.

They stand in the metadata beside the manifest, so that versions of rtsynth that know nothing of
them read the file as it is. They are no part of what the plugin is: they change neither its tensors
nor its content hash, and a plugin that is made of it has none.
"""

import base64
import binascii
import json
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from rtsynth.common.errors import InputError, PluginError
from rtsynth.common.files.atomic import atomic_write

CARD, PREVIEW = "rtsynth.card", "rtsynth.preview"  # of `__metadata__`
LARGEST_CARD = 1 << 18  # characters
LARGEST_PREVIEW = 1 << 20  # bytes
LARGEST_HEADER = 100 << 20  # what safetensors reads
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Attachments:
    """`card` is Markdown, `preview` a sound file (Ogg Vorbis); "" and b"" where there is none."""

    card: str = ""
    preview: bytes = b""


def read_attachments(path: Path) -> Attachments:
    """Those of a plugin file. What is damaged or too large is not there.

    Raises:
        PluginError: it is no .safetensors file.
    """
    metadata = _header(path)[0].get("__metadata__", {})
    card, preview = metadata.get(CARD, ""), metadata.get(PREVIEW, "")
    try:
        sound = base64.b64decode(preview, validate=True)
    except (binascii.Error, ValueError):
        sound = b""
    return Attachments(
        _shown(card) if len(card) <= LARGEST_CARD else "",
        sound if len(sound) <= LARGEST_PREVIEW else b"",
    )


def write_attachments(source: Path, target: Path, attachments: Attachments) -> None:
    """Copy a plugin file with these in place of its own; its tensors are the same bytes.

    Raises:
        InputError: they are too large.
        PluginError, WriteError: `source` cannot be read, `target` not written.
    """
    if len(attachments.card) > LARGEST_CARD:
        raise InputError(f"the card has more than {LARGEST_CARD} characters")
    if len(attachments.preview) > LARGEST_PREVIEW:
        raise InputError(f"the preview has more than {LARGEST_PREVIEW / 1e6:.1f} MB")
    header, start = _header(source)
    metadata = {
        name: text
        for name, text in header.get("__metadata__", {}).items()
        if name not in (CARD, PREVIEW)
    }
    if attachments.card:
        metadata[CARD] = attachments.card
    if attachments.preview:
        metadata[PREVIEW] = base64.b64encode(attachments.preview).decode("ascii")
    text = json.dumps(header | {"__metadata__": metadata}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH.size)  # tensors begin at a multiple of 8
    with atomic_write(target) as temporary, source.open("rb") as old, temporary.open("wb") as new:
        old.seek(start)
        new.write(_LENGTH.pack(len(text)) + text)
        shutil.copyfileobj(old, new)


def _header(path: Path) -> tuple[dict[str, dict[str, str]], int]:
    """(the header, where the tensors begin)."""
    try:
        with path.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if length > LARGEST_HEADER:
                raise ValueError("its header is too long")
            header = json.loads(file.read(length))
        if not isinstance(header, dict) or not isinstance(header.get("__metadata__", {}), dict):
            raise ValueError("its header is none")
    except OSError as error:
        raise PluginError(f"{path}: {error.strerror}") from error
    except (struct.error, ValueError, RecursionError) as error:
        raise PluginError(f"{path}: not a readable .safetensors file ({error})") from error
    return header, _LENGTH.size + length


def _shown(card: str) -> str:
    """Lines of a stranger's text: no control characters that would move a cursor."""
    return "\n".join(
        "".join(letter for letter in line if letter.isprintable() or letter == "\t")
        for line in card.splitlines()
    )
