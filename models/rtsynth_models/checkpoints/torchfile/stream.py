"""Files of `torch.save` as PyTorch wrote them before 1.6: five pickles, then raw storages.

magic number    version    table about the machine    what was saved    keys of its storages
for every key, in that order: how many numbers (int64), and the numbers
"""

from pathlib import Path
from typing import Any

from rtsynth_models.checkpoints.pickles.machine import MOST_STEPS, PickleMachine
from rtsynth_models.checkpoints.pickles.values import Damaged, key_of
from rtsynth_models.checkpoints.torchfile.tensors import TENSORS, Storage, storage_of

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001
_LONGEST_MAGIC = 64  # bytes of the first pickle, in any protocol


def is_stream(path: Path) -> bool:
    """Whether a file is one of these, by its first bytes."""
    with path.open("rb") as file:
        start = file.read(_LONGEST_MAGIC)
    try:
        return bool(PickleMachine(start, {}).load()[0] == MAGIC)
    except Damaged:
        return False


class Stream:
    """A file read into memory: `saved` is what was saved, its tensors described."""

    def __init__(self, data: bytes) -> None:
        """Raises Damaged where it is that."""
        self._data = data
        wanted: dict[str, Storage] = {}

        def note(identity: Any) -> Any:
            meaning = storage_of(identity)
            if isinstance(meaning, Storage):
                wanted[meaning.key] = meaning
            return meaning

        values, at, steps_left = [], 0, MOST_STEPS  # for all five together
        for refer in (None, None, None, note, None):
            machine = PickleMachine(data, TENSORS, refer, steps_left)
            value, at = machine.load(at)
            steps_left = machine.steps_left
            values.append(value)
        _, version, machine, self.saved, keys = values
        if version != VERSION:
            raise Damaged(f"not version {VERSION} of the old format")
        if not isinstance(machine, dict) or machine.get("little_endian") is not True:
            raise Damaged("written on a big-endian machine; save it on another")
        if not isinstance(keys, list):
            raise Damaged("it has no list of storages")
        self._places: dict[Storage, int] = {}
        for key in keys:
            storage = wanted.get(key_of(key))
            if storage is None:
                raise Damaged("it has a storage that no tensor uses")
            if int.from_bytes(data[at : at + 8], "little") != storage.size:
                raise Damaged(f"storage {storage.key[:20]} does not hold {storage.size} numbers")
            self._places[storage] = at + 8
            at += 8 + storage.nbytes
            if at > len(data):
                raise Damaged("truncated; copy it again")

    def numbers(self, storage: Storage) -> memoryview:
        """The bytes of a storage. Raises Damaged where there are none."""
        if storage not in self._places:
            raise Damaged(f"storage {storage.key[:20]} is missing")
        at = self._places[storage]
        return memoryview(self._data)[at : at + storage.nbytes]
