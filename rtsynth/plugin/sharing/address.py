"""Addresses of plugins on the web: what they may look like, and how they are shown."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from rtsynth.common.errors import InputError
from rtsynth.common.plain_text import plain
from rtsynth.plugin.library import SUFFIX
from rtsynth.plugin.naming import name_from_file

SCHEMES = ("https", "http", "file")
HASH = re.compile(r"[0-9a-f]{64}")
LONGEST_SHOWN = 200  # characters of an address, in an error


@dataclass(frozen=True)
class Address:
    """A checked address. `sha256` is what its file has to have, or "" for anything."""

    url: str
    sha256: str

    @property
    def parts(self) -> SplitResult:
        """Its pieces."""
        return urlsplit(self.url)

    @property
    def shown(self) -> str:
        """As messages name it: without a query, which may hold a password."""
        parts = self.parts
        return plain(f"{parts.scheme}://{parts.netloc}{parts.path}", LONGEST_SHOWN)

    @property
    def name(self) -> str:
        """The plugin's name where the address ends in that of its file, else ""."""
        return file_name(unquote(self.parts.path).rpartition("/")[2])

    @property
    def local(self) -> Path | None:
        """The file of a file address."""
        parts = self.parts
        return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def file_name(text: str) -> str:
    """A plugin's name by the name of its file; "" of a file of another kind."""
    if not text.endswith(SUFFIX):
        return ""
    return name_from_file(re.sub(r"[/\\]", "_", text.removesuffix(SUFFIX)))


def read_hash(text: str, where: str) -> str:
    """A SHA-256 in lower-case hexadecimal digits.

    Raises:
        InputError: it is none.
    """
    digits = text.strip().lower()
    if not HASH.fullmatch(digits):
        raise InputError(f"{where}: {plain(repr(text), 80)} is no SHA-256: 64 hexadecimal digits")
    return digits


def read_address(text: str, sha256: str | None = None) -> Address:
    """An address, checked; its hash stands behind it as #sha256=..., or is given beside it.

    Raises:
        InputError: of another kind, malformed, with a password, or with two hashes that differ.
    """
    address, _, fragment = text.partition("#")
    shown = plain(repr(address.partition("?")[0]), LONGEST_SHOWN)
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises if it is no number
    except ValueError as error:
        raise InputError(f"{shown}: no address ({error})") from error
    if parts.scheme not in SCHEMES:
        raise InputError(f"{shown}: expected an address that begins with https, http or file")
    if not address.isascii() or not address.isprintable() or " " in address:
        raise InputError(f"{shown}: write what is not plain ASCII as %XX")
    if "@" in parts.netloc:
        raise InputError(f"{parts.scheme} address: a user's name or password cannot stand in it")
    if parts.scheme == "file" and parts.netloc not in ("", "localhost"):
        raise InputError(f"{shown}: a file of another machine; write file:///FOLDER/FILE")
    if parts.scheme != "file" and not parts.hostname:
        raise InputError(f"{shown}: names no machine")
    hashes = set()
    if fragment:
        key, _, value = fragment.partition("=")
        if key != "sha256":
            raise InputError(f"{shown}: behind # only sha256=HEX can stand")
        hashes.add(read_hash(value, shown))
    if sha256 is not None:
        hashes.add(read_hash(sha256, "--sha256"))
    if len(hashes) > 1:
        raise InputError(f"{shown}: its #sha256 and --sha256 differ; give one of them")
    return Address(address, next(iter(hashes), ""))
