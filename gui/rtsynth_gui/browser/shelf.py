"""What the browser remembers on this machine: favourites, and plugin files that were opened."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.files.text import read_text
from rtsynth_gui.link.window_folder import window_folder

FORMAT = 1
FILE = "browser.json"
LARGEST_BYTES = 1 << 18
MOST_FAVOURITES = 1000
MOST_OPENED = 20


def shelf_file() -> Path:
    """Where it is kept."""
    return window_folder() / FILE


@dataclass(frozen=True)
class Shelf:
    """`favourites` are what plugins are loaded by; `opened` are files, the last one first."""

    favourites: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    def with_favourite(self, source: str, favourite: bool) -> "Shelf":
        """The same with, or without, a favourite."""
        others = tuple(each for each in self.favourites if each != source)
        kept = (*others, source) if favourite else others
        return Shelf(kept[-MOST_FAVOURITES:], self.opened)

    def with_opened(self, path: str) -> "Shelf":
        """The same with a file that was opened just now."""
        others = [each for each in self.opened if each != path]
        return Shelf(self.favourites, (path, *others)[:MOST_OPENED])

    def write(self, path: Path) -> None:
        """Keep it.

        Raises:
            RtsynthError: the folder or the file cannot be written.
        """
        make_folder(path.parent)
        with atomic_write(path) as temporary:
            document = {"format": FORMAT, **asdict(self)}
            temporary.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read_shelf(path: Path) -> Shelf:
    """What is kept; nothing where there is no file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    if not path.exists():
        return Shelf()
    remedy = f"correct {path.name} or delete it"
    try:
        document = json.loads(read_text(path, LARGEST_BYTES, "the browser's file"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); {remedy}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{path}: format: not {FORMAT}; {remedy}")
    lists = []
    for field, most in (("favourites", MOST_FAVOURITES), ("opened", MOST_OPENED)):
        kept = document.get(field, [])
        if not isinstance(kept, list) or not all(isinstance(each, str) for each in kept):
            raise InputError(f"{path}: {field}: not a list of texts; {remedy}")
        lists.append(tuple(kept[:most]))
    return Shelf(*lists)
