"""Several processes that train one network: what they exchange, by torch.distributed.

Gradients go where the network is: by gloo on CPUs, by NCCL on CUDA devices. Everything else, which
is small, goes by gloo. A process that dies closes its connections, at which the others end.
"""

import atexit
import io
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from rtsynth.common.errors import EngineError, InputError
from rtsynth.common.remarks import silence
from rtsynth_train.core.ranks import Ranks

# While rank 0 converts recordings or plays a preview, the others wait. A process that died is
# noticed at once; this is for a machine that is gone without a word.
PATIENCE = timedelta(hours=2)
_HEAD_BYTES = 256  # of a message: its length, and as much of it as has room
_LENGTH_BYTES = 8
_ENDED = "rtsynth-ended"  # counts those that have failed
# Errors of gloo have no type of their own, but name the file that they are from.
_GLOO_CONNECTIONS = ("gloo/transport/", "gloo/rendezvous/")
_GLOO_CHECK = "enforce fail"  # of what it was given: a mistake of ours


class LostError(EngineError):
    """Another process has ended, or cannot be reached."""


class JoinedRanks(Ranks):
    """This process among those that were started together."""

    def __init__(self, device: torch.device) -> None:
        """Wait until all of them are there; they train on devices of this kind.

        Raises:
            EngineError: they are not, after PATIENCE.
        """
        backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
        with _reaching():
            self._store, self.rank, self.size = next(iter(dist.rendezvous("env://")))
            dist.init_process_group(
                backend, store=dist.PrefixStore("group", self._store), timeout=PATIENCE,
                rank=self.rank, world_size=self.size,
            )  # fmt: skip
        if self.rank:
            silence()

    def sum(self, tensors: Sequence[Tensor]) -> None:
        """One exchange of all of them, end to end."""
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        with _reaching():
            dist.all_reduce(flat)
        parts = flat.split([tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view_as(tensor))

    def total(self, value: float) -> float:
        """The sum, in double precision."""
        both = torch.tensor([value, float(self.stop_wished)], dtype=torch.float64)
        with _reaching():
            dist.all_reduce(both)
        self.stop_agreed = bool(both[1] > 0)
        return float(both[0])

    def join_rows(self, table: np.ndarray, chosen: np.ndarray) -> None:
        """The rows of each process, added to zeros."""
        mine = np.zeros((len(chosen), table.shape[1]), np.uint8)
        mine[self.rank :: self.size] = table[self.share(chosen)]
        rows = torch.from_numpy(mine)
        with _reaching():
            dist.all_reduce(rows)
        table[chosen] = rows.numpy()

    def told(self, message: Any = None) -> Any:
        """In one packet, if it is short."""
        return json.loads(self._sent(json.dumps(message).encode()))

    def told_state(self, state: dict[str, Any] | None) -> dict[str, Any]:
        """Through `torch.save`, as a checkpoint."""
        file = io.BytesIO()
        if self.rank == 0:
            torch.save(state, file)
        content = io.BytesIO(self._sent(file.getvalue()))
        received: dict[str, Any] = torch.load(content, map_location="cpu", weights_only=True)
        return received

    def _sent(self, content: bytes) -> bytes:
        """What rank 0 has as `content`, in every process."""
        head = torch.zeros(_HEAD_BYTES, dtype=torch.uint8)
        room = _HEAD_BYTES - _LENGTH_BYTES
        if self.rank == 0:
            begin = len(content).to_bytes(_LENGTH_BYTES, "little") + content[:room]
            head[: len(begin)] = torch.frombuffer(bytearray(begin), dtype=torch.uint8)
        with _reaching():
            dist.broadcast(head, 0)
        begin = head.numpy().tobytes()
        length = int.from_bytes(begin[:_LENGTH_BYTES], "little")
        if length <= room:
            return begin[_LENGTH_BYTES : _LENGTH_BYTES + length]
        rest = torch.empty(length - room, dtype=torch.uint8)
        if self.rank == 0:
            rest.copy_(torch.frombuffer(bytearray(content[room:]), dtype=torch.uint8))
        with _reaching():
            dist.broadcast(rest, 0)
        return begin[_LENGTH_BYTES:] + rest.numpy().tobytes()

    @contextmanager
    def ending_in_one_line(self) -> Iterator[None]:
        """The first that fails says why; the others, which miss it, end without a word."""
        try:
            yield
        except BaseException:
            if self._is_first():
                raise
            self.end(1)
        dist.destroy_process_group()

    def end(self, status: int = 0) -> None:
        """End the process, and not by the interpreter: in its teardown a thread of PyTorch that is
        still running aborts it now and then ("terminate called without an active exception")."""
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def _is_first(self) -> bool:
        try:
            return bool(self._store.add(_ENDED, 1) == 1)
        except RuntimeError:  # who counts is gone, too
            return True


@contextmanager
def _reaching() -> Iterator[None]:
    """LostError where the others cannot be reached; any other error as it is."""
    try:
        yield
    except RuntimeError as error:
        if not _is_of_connection(error):
            raise
        said = " ".join(str(error).split())[:120]
        raise LostError(
            f"another process of this training has ended, or is out of reach of"
            f" {socket.gethostname()} ({said}); the last checkpoint is whole: start all of them"
            " again with --resume"
        ) from error


def _is_of_connection(error: RuntimeError) -> bool:
    if isinstance(error, dist.DistError):  # of the store, or of NCCL
        return True
    text = str(error)
    return any(part in text for part in _GLOO_CONNECTIONS) and _GLOO_CHECK not in text


def own_device() -> torch.device:
    """The CUDA device of this process: of several on a machine, each has one.

    Raises:
        InputError: there are fewer than processes on this machine.
    """
    number, there = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= there:
        raise InputError(
            f"{socket.gethostname()}: this machine has {there} CUDA device"
            f"{'s' if there > 1 else ''}, and this is process {number + 1}; start as many as there"
            f" are (--nproc-per-node {there})"
        )
    torch.cuda.set_device(number)
    return torch.device("cuda", number)
