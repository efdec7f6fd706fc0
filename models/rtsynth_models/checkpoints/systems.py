"""The systems whose checkpoints can be imported: a module and a line in the table for each."""

from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest
from rtsynth_models.checkpoints import rnncontrol
from rtsynth_models.checkpoints.common.importing import Importer, ImportFlags, Tensors
from rtsynth_models.checkpoints.mtcrnn import checkpoint as mtcrnn
from rtsynth_models.checkpoints.samplernn import checkpoint as samplernn

# By the name that --like takes, in the order in which they are asked: MTCRNN comes last, because it
# takes a folder for its own that is two above its log.
IMPORTERS: dict[str, Importer] = {
    "rnncontrol": rnncontrol.IMPORTER,
    "samplernn": samplernn.IMPORTER,
    "mtcrnn": mtcrnn.IMPORTER,
}


def read_checkpoint(
    path: Path, like: str | None = None, flags: ImportFlags | None = None
) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of a checkpoint of any known system.

    Raises InputError when it is missing, unknown or unreadable.
    """
    flags = flags or ImportFlags()
    known = ", ".join(IMPORTERS)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if like is not None:
        if like not in IMPORTERS:
            raise InputError(f"--like {like}: unknown system; known: {known}")
        return IMPORTERS[like].read(path, flags)
    for importer in IMPORTERS.values():
        if importer.find(path) is not None:
            return importer.read(path, flags)
    raise InputError(f"{path}: no checkpoint of a known system ({known}); --like names one")
