"""Imports SampleRNN checkpoints of either system; the file's name decides which."""

from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest
from rtsynth_models.checkpoints.common.importing import Importer, ImportFlags, Tensors
from rtsynth_models.checkpoints.samplernn import theano, torch


def find_checkpoint(path: Path) -> Path | None:
    """The checkpoint that `path` is, or the newest in the folder that it is; None for neither."""
    if path.is_dir():
        return torch.newest(path) or theano.newest(path)
    for pattern in (torch.CHECKPOINT, theano.CHECKPOINT):
        if pattern.fullmatch(path.name):
            return path
    return None


def import_checkpoint(path: Path, flags: ImportFlags) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin that equals the checkpoint.

    A file of another name is PyTorch's where it ends in .pt, and the original's where in .pkl.
    Raises InputError, one line, for anything unreadable, unsafe or inconsistent.
    """
    found = path if path.is_file() else find_checkpoint(path)
    read = {".pt": torch.import_checkpoint, ".pkl": theano.import_checkpoint}
    if found is None or found.suffix not in read:
        raise InputError(
            f"{path}: no SampleRNN checkpoint there (NAME_epoch_E_iter_I_model.pt or "
            "params_eE_iI.pkl)"
        )
    return read[found.suffix](found, flags)


IMPORTER = Importer(find_checkpoint, import_checkpoint)
