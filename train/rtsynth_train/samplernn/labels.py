"""Names of a set's classes: from the configuration, or from its labels.txt."""

from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_text
from rtsynth_train.samplernn.config import SoundConfig

LABELS = "labels.txt"  # a name a line, of class 0, 1, ...
LARGEST_BYTES = 1 << 20


def class_labels(data: SoundConfig, classes: int) -> list[str]:
    """The names of the classes of a set that has `classes`; [] where it gives none.

    Raises:
        InputError: not one for every class, one twice, or labels.txt is not readable.
    """
    path = Path(data.folder) / LABELS
    if data.class_labels:
        source, labels = "data.class_labels", list(data.class_labels)
    elif classes and path.is_file():
        source, labels = str(path), _read(path)
    else:
        return []
    if len(labels) != classes:
        found = f"{classes} classes" if classes else "no classes"
        raise InputError(f"{source}: has {len(labels)} names, but the recordings have {found}")
    for label in labels:
        if not label.isprintable() or len(label) > 64:
            raise InputError(f"{source}: {label[:40]!r} is no name of at most 64 characters")
        if [other.casefold() for other in labels].count(label.casefold()) > 1:
            raise InputError(f"{source}: {label!r} is there twice")
    return labels


def _read(path: Path) -> list[str]:
    lines = read_text(path, LARGEST_BYTES, "a list of names").splitlines()
    return [line.strip() for line in lines if line.strip()]
