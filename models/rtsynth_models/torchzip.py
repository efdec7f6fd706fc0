"""Reads the .pt files of `torch.save` without torch, and without running anything in them.

Such a file is a zip: `NAME/data.pkl`, a pickle (`rtsynth_models.torch_pickle`), and `NAME/data/K`,
raw storages. Before PyTorch 1.6 it was none: `rtsynth_models.torch_stream` reads those.
"""

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.errors import InputError
from rtsynth_models.torch_pickle import Reader, Record
from rtsynth_models.torch_stream import is_stream, read_stream

__all__ = ["Record", "read_torch_file"]

# Far above any checkpoint of the five systems; a zip bomb stops here.
LARGEST_BYTES = 4 << 30


def read_torch_file(path: Path, records: frozenset[str] = frozenset()) -> Any:
    """What `torch.load(path)` gives, with numpy arrays for tensors.

    `records` are the classes ("module.Class") that may appear, as plain Records.
    Raises InputError (one line) for anything unreadable, damaged or not allowed.
    """
    try:
        if is_stream(path):
            if path.stat().st_size > LARGEST_BYTES:
                raise InputError(f"{path}: is larger than {LARGEST_BYTES >> 30} GiB")
            return read_stream(path.read_bytes(), records)
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sum(sizes.values()) > LARGEST_BYTES:
                raise InputError(f"{path}: unpacks to more than {LARGEST_BYTES >> 30} GiB")
            pickles = [n for n in sizes if n.count("/") == 1 and n.endswith("/data.pkl")]
            if len(pickles) != 1:
                raise InputError(f"{path}: not a file of torch.save (no data.pkl in it)")
            folder = pickles[0].removesuffix("data.pkl")
            if f"{folder}byteorder" in sizes and archive.read(f"{folder}byteorder") != b"little":
                raise InputError(
                    f"{path}: written on a big-endian machine; save it again on another"
                )

            def storage(key: str, dtype: np.dtype, count: int) -> np.ndarray:
                values = np.frombuffer(archive.read(f"{folder}data/{key}"), dtype)
                if values.size != count:
                    raise pickle.UnpicklingError(
                        f"storage {key} holds {values.size} numbers, not {count}"
                    )
                return values

            return Reader(archive.read(pickles[0]), storage, records).load()
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror or error})") from error
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path}: damaged, truncated, or not a file of torch.save ({error})"
        ) from error
    except InputError:
        raise
    # A hostile or broken pickle can make the unpickler raise nearly anything.
    except Exception as error:
        raise InputError(f"{path}: refused: {str(error) or type(error).__name__}") from error
