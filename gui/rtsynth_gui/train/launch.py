"""A training is started, unless there is one: beside the window, as a disk may be slow."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth_gui.train.commands import PROGRAM
from rtsynth_gui.train.runs import LOG, going_on

translate = QCoreApplication.translate

# Who started a process has to ask how it ended.
_started: list[tuple[subprocess.Popen[bytes], Path]] = []


class Launched(NamedTuple):
    """The process in the folder of a run; or none, as `busy` is being trained."""

    run: Path
    pid: int
    busy: Path | None = None


def launch(
    run: Path, arguments: Sequence[str], known: Iterable[tuple[int, Path]], *, new: bool = False
) -> Launched:
    """Start a trainer in the folder of a run, if none of the `known` trainings goes on, nor one
    that was started here.

    It has a session of its own, so that it outlives the window and its terminal.

    Args:
        new: whether the run begins, so that nobody else may have a folder of its name.

    Raises:
        InputError, WriteError: there is no folder for it, or no process.
    """
    _started[:] = [(process, where) for process, where in _started if process.poll() is None]
    others = going_on({*known, *((process.pid, where) for process, where in _started)})
    if others:
        return Launched(run, 0, others[0][1])
    make_folder(run.parent if new else run)
    try:
        if new:
            run.mkdir()
    except FileExistsError:
        text = translate("Launch", "{}: there is such a run already; start the training again")
        raise InputError(text.format(run)) from None
    except OSError as error:
        text = translate("Launch", "{}: cannot be made a folder ({})")
        raise InputError(text.format(run, error.strerror)) from error
    try:
        with (run / LOG).open("ab") as log:
            process = subprocess.Popen(
                [PROGRAM, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=run,
                start_new_session=True,
            )
    except OSError as error:
        text = translate("Launch", "{}: cannot be started in {} ({})")
        raise InputError(text.format(PROGRAM, run, error.strerror)) from error
    _started.append((process, run))
    return Launched(run, process.pid)
