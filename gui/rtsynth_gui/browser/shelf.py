"""What the browser remembers on this machine: favourites, and plugin files that were opened."""

from dataclasses import asdict, dataclass
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, remedy, write_document
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
        write_document(path, FORMAT, asdict(self))


def read_shelf(path: Path) -> Shelf:
    """What is kept; nothing where there is no file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    document = read_document(path, FORMAT, LARGEST_BYTES, "the browser's file")
    if document is None:
        return Shelf()
    lists = []
    for field, most in (("favourites", MOST_FAVOURITES), ("opened", MOST_OPENED)):
        kept = document.get(field, [])
        if not isinstance(kept, list) or not all(isinstance(each, str) for each in kept):
            raise InputError(f"{path}: {field}: not a list of texts; {remedy(path)}")
        lists.append(tuple(kept[:most]))
    return Shelf(*lists)
