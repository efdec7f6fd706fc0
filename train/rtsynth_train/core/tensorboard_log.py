"""Scalars for TensorBoard, written where they arise.

PyTorch's SummaryWriter writes in a thread of its own, which reports a full disk by a traceback and
too late. The records and their protocol buffers are TensorBoard's own.
"""

import os
import socket
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rtsynth.common.files.atomic import make_folder, writing


class TensorBoardLog:
    """One event file in `folder`, made with the first row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Any = None
        self._path = folder

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """Write scalars of a step, complete on the disk when this returns.

        Raises:
            WriteError: the disk is full, or fails.
        """
        if self._file is None:
            self._open()
        self._write(step=step, values=values)

    def close(self) -> None:
        """End the file; the next row begins another one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        make_folder(self._folder)
        name = f"events.out.tfevents.{time.time():.6f}.{socket.gethostname()}.{os.getpid()}"
        self._path = self._folder / name
        with writing(self._path):
            self._file = self._path.open("wb")
        self._write(file_version="brain.Event:2")

    def _write(
        self,
        *,
        step: int = 0,
        values: Mapping[str, float] | None = None,
        file_version: str | None = None,
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its protobuf stubs are deprecated, not ours
            from tensorboard.compat.proto.event_pb2 import Event
            from tensorboard.compat.proto.summary_pb2 import Summary
            from tensorboard.summary.writer.record_writer import RecordWriter
        event = Event(wall_time=time.time(), step=step)
        if file_version is not None:
            event.file_version = file_version
        else:
            scalars = [Summary.Value(tag=k, simple_value=v) for k, v in (values or {}).items()]
            event.summary.CopyFrom(Summary(value=scalars))
        with writing(self._path):
            RecordWriter(self._file).write(event.SerializeToString())
            self._file.flush()
