"""Writing files so that a reader never sees a half-written one, and no foreign error gets out."""

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rtsynth.common.errors import InputError, RtsynthError, WriteError

# Another place or name is the remedy for these; anything else is a failure of the system.
_WRONG_PLACE = frozenset(
    (
        errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR,
        errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EEXIST,
    )
)  # fmt: skip
_PROBE_BYTES = 1 << 16  # more than a file system gives away in one block


def library_name(path: Path) -> str | bytes:
    """A path as libraries open it that refuse text which is not UTF-8, as soundfile does."""
    return str(path) if sys.platform == "win32" else os.fsencode(path)


def make_folder(path: Path) -> None:
    """Create a folder and those above it, unless they exist.

    Raises:
        InputError, WriteError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _refusal(path, "cannot be made a folder", error) from error


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """While `path` is written: what the system refuses becomes one line that names it.

    Libraries say in many ways that a disk is full (OSError, RuntimeError, AssertionError, errors
    of their own). So after any of them the disk itself is asked, by writing a little more to
    `path`; an error that it does not explain is raised as it is.

    Raises:
        InputError: a place that cannot be written to.
        WriteError: the disk is full, or fails.
    """
    path = Path(path)
    try:
        yield
    except RtsynthError:
        raise
    except Exception as error:
        cause = _disk_error(error, path)
        if cause is None:
            raise
        raise _refusal(path, "cannot be written", cause) from error


def check_place(path: Path | str) -> None:
    """Refuse a path that `atomic_write` would refuse, before anything is computed for it.

    Raises:
        InputError, WriteError: as `atomic_write`.
    """
    _new_beside(Path(path)).unlink(missing_ok=True)


@contextmanager
def atomic_write(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; rename it to `path` on success.

    The temporary name keeps the suffix, because audio writers choose the format by it. On an
    exception the temporary file is removed and `path` is left as it was.

    Raises:
        InputError: the folder does not exist or cannot be written to, or `path` is a folder itself.
        WriteError: the disk is full, or fails.
    """
    path = Path(path)
    temporary = _new_beside(path)
    try:
        try:
            with writing(temporary):
                yield temporary
                umask = os.umask(0)
                os.umask(umask)
                temporary.chmod(0o666 & ~umask)
                os.replace(temporary, path)
        except (InputError, WriteError) as error:
            if str(error).startswith(f"{temporary}: "):  # the name that was asked for
                text = f"{path}{str(error).removeprefix(str(temporary))}"
                raise type(error)(text) from error.__cause__
            raise
    finally:
        temporary.unlink(missing_ok=True)


def _new_beside(path: Path) -> Path:
    """A new, empty file in the folder of `path`."""
    try:
        if not path.parent.is_dir():
            raise InputError(f"{path}: the folder {path.parent} does not exist; create it first")
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give the name of a file")
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=f".part{path.suffix}", dir=path.parent
        )
    except (OSError, ValueError) as error:
        raise _refusal(path, "cannot write there", error) from error
    os.close(handle)
    return Path(name)


def _refusal(path: Path, what: str, error: OSError | ValueError) -> RtsynthError:
    if isinstance(error, ValueError):
        return InputError(f"{path}: {what} (no name for a file here)")
    reason = error.strerror or str(error)
    kind = InputError if error.errno in _WRONG_PLACE else WriteError
    return kind(f"{path}: {what} ({reason})")


def _disk_error(error: BaseException, path: Path) -> OSError | None:
    """What the system refused when `path` was written, if that explains `error`."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno is not None:
            other = cause.filename is not None and os.fspath(cause.filename) != os.fspath(path)
            return None if other else cause
        cause = cause.__cause__ or cause.__context__
    return _write_more(path)


def _write_more(path: Path) -> OSError | None:
    """Why no more can be written at the end of `path`, or None; the file is left as it was.

    What is no file (any more) is judged by another one in its folder.
    """
    try:
        if not path.is_file():
            with tempfile.TemporaryFile(dir=path if path.is_dir() else path.parent) as file:
                _append(file.fileno())
            return None
        size = path.stat().st_size
        with path.open("ab") as file:
            try:
                _append(file.fileno())
            finally:
                file.truncate(size)
    except OSError as error:
        return error
    return None


def _append(descriptor: int) -> None:
    left = _PROBE_BYTES
    while left > 0:  # a write that the disk cut short is followed by one that says why
        left -= os.write(descriptor, bytes(left))
    os.fsync(descriptor)
