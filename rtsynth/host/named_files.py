"""Documents that a performer keeps under names: JSON files in a folder, checked and bounded."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from rtsynth.common.control_names import some_names
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.names import checked_name, composed, is_name, plain_letters

Document = dict[str, Any]
Made = TypeVar("Made")

FORMAT = 1
SUFFIX = ".json"
LARGEST_BYTES = 8 << 20  # with the states of networks that sixteen slots have
MOST_NAMES = 1000  # in a folder
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class NamedFiles:
    """The documents in a folder; `kind` says what they are, e.g. "state"."""

    folder: Path
    kind: str

    def path(self, name: str) -> Path:
        """The file of a name.

        Raises:
            InputError: the name could not be a file's.
        """
        name = checked_name(name, self.kind)
        path = self.folder / f"{name}{SUFFIX}"
        if name.isascii() or path.exists():
            return path
        # Files from a Mac may have the same letters in decomposed form.
        stored = self.folder.glob(f"*{SUFFIX}")
        return next((each for each in stored if composed(each.stem) == name), path)

    def names(self) -> list[str]:
        """What there is, in the order of a catalogue: "2 dark" comes before "10 bright"."""
        stems = {composed(path.stem) for path in self.folder.glob(f"*{SUFFIX}")}
        return sorted(filter(is_name, stems), key=_place)

    def write(self, name: str, document: Document) -> Path:
        """Keep a document under a name, over what was there; return its file.

        Raises:
            InputError: the name, the folder, or too much of it.
            WriteError: the disk is full, or fails.
        """
        path = self.path(name)
        text = json.dumps({"format": FORMAT, **document}, indent=1, allow_nan=False) + "\n"
        if len(text) > LARGEST_BYTES:
            raise InputError(f"{self.kind} {name!r}: larger than {LARGEST_BYTES >> 20} MB")
        make_folder(path.parent)
        if not path.exists() and len(self.names()) >= MOST_NAMES:
            raise InputError(f"{self.folder}: {MOST_NAMES} {self.kind}s are kept; delete some")
        with atomic_write(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str, make: Callable[[Document], Made]) -> Made:
        """What `make` makes of the document kept under a name.

        Raises:
            InputError: there is none (the line names those there are), or its file is damaged:
                `make` raised ValueError, too.
        """
        path = self.path(name)
        try:
            return make(read_document(path))
        except FileNotFoundError:
            raise self._missing(name) from None
        except ValueError as error:
            raise InputError(
                f"{path}: damaged ({error}); save the {self.kind} {name!r} again"
            ) from error

    def rename(self, old: str, new: str) -> None:
        """Keep what is kept under a name under another one.

        Raises:
            InputError: there is none, or there is one of the new name already.
        """
        path, target = self.path(old), self.path(new)
        if target.exists() and not (path.exists() and path.samefile(target)):
            raise InputError(f"{self.kind} {new!r} exists already; delete it first")
        with self._moving(old):
            path.rename(target)

    def delete(self, name: str) -> None:
        """Forget what is kept under a name.

        Raises:
            InputError: there is none.
        """
        path = self.path(name)
        with self._moving(name):
            path.unlink()

    @contextmanager
    def _moving(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise self._missing(name) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.path(name)}: cannot be moved ({reason})") from error

    def _missing(self, name: str) -> InputError:
        known = some_names(self.names(), name)
        return InputError(f"{self.kind} {name!r} does not exist; saved {self.kind}s: {known}")


def read_document(path: Path) -> Document:
    """The document in a file of this format.

    Raises:
        FileNotFoundError: there is none.
        InputError: it cannot be read.
        ValueError: it is damaged; the text says how.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > LARGEST_BYTES:
        raise ValueError("too large")
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are ValueErrors
        raise ValueError("not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    return document


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _place(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Where a name comes in a list; of those with the same plain letters, by their accents."""
    parts = _DIGITS.split(plain_letters(name))
    numbers = [_DIGITS.fullmatch(part) is not None for part in parts]
    pairs = zip(numbers, parts, strict=True)
    return [(is_, int(part) if is_ else 0, part) for is_, part in pairs], name.casefold()
