"""Repositories of plugins on a hub, by the library `huggingface_hub`, which knows where that is.

It also finds the user's token: it is in no message of ours.
"""

import errno
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rtsynth.common.errors import InputError, NetworkError, RtsynthError, WriteError
from rtsynth.common.plain_text import plain
from rtsynth.plugin.library import SUFFIX
from rtsynth.plugin.sharing.address import file_name
from rtsynth.plugin.sharing.fetch import LARGEST_BYTES
from rtsynth.plugin.sharing.install import Installed, install

# As the library demands it: no "--" or ".." anywhere, no ".git" at the end.
_WORD = r"[A-Za-z0-9](?:[\w.-]{0,94}\w)?"
NAME = re.compile(rf"(?!.*(?:--|\.\.|\.git\Z)){_WORD}/{_WORD}", re.ASCII)
LONGEST_REVISION, LONGEST_REASON = 128, 200
SHOWN = 6
# What a disk refuses, where the library's other errors are of the network.
_OF_DISKS = frozenset(
    (
        errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM,
        errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Repository:
    """`name` is OWNER/NAME, `revision` a branch, tag or commit, "" for the newest."""

    name: str
    revision: str = ""

    @property
    def shown(self) -> str:
        """As it was written."""
        return f"{self.name}@{self.revision}" if self.revision else self.name


def read_repository(text: str) -> Repository:
    """OWNER/NAME or OWNER/NAME@REVISION.

    Raises:
        InputError: it is neither.
    """
    name, at, revision = text.partition("@")
    good = bool(revision) and len(revision) <= LONGEST_REVISION and revision.isprintable()
    if not NAME.fullmatch(name) or (at and not good):
        shown = plain(repr(text), LONGEST_REASON)
        raise InputError(f"{shown}: expected OWNER/NAME, OWNER/NAME@REVISION or an address")
    return Repository(name, revision)


def get_repository(
    repository: Repository,
    file: str | None = None,
    sha256: str = "",
    name: str | None = None,
    *,
    force: bool = False,
) -> Installed:
    """Fetch a repository's plugin into the user's plugin folder; as `get_url`.

    Raises:
        InputError: there is no such repository or plugin, or several plugins and no `file`.
        NetworkError: the hub cannot be reached, or fails.
        WriteError: the disk is full, or fails.
    """
    with _one_line(repository.shown):
        chosen = _chosen(repository, file)

    def bring(target: Path) -> str:
        with _one_line(repository.shown):
            got = _download(repository, chosen, target.parent / "hub")
        got.rename(target)
        with target.open("rb") as copy:
            digest = hashlib.file_digest(copy, "sha256").hexdigest()
        if sha256 and digest != sha256:
            raise InputError(
                f"{repository.shown}: {chosen} has the SHA-256 {digest}, expected {sha256}: it is "
                "not the file that was meant, and was not kept"
            )
        return digest

    own = name or file_name(chosen.rpartition("/")[2])
    return install(bring, f"{repository.shown}/{chosen}", own, force)


def publish(
    repository: Repository, files: Mapping[str, bytes | Path], message: str, private: bool | None
) -> str:
    """Put files into a repository in one commit, and return the repository's address.

    It is made if it is not there: `private` or not.

    Raises:
        InputError: without a token, or with one that may not write there; or the hub refuses them.
        NetworkError: the hub cannot be reached, or fails.
        WriteError: the disk is full, or fails.
    """
    from huggingface_hub import CommitOperationAdd, HfApi

    with _one_line(repository.shown):
        api = HfApi(library_name="rtsynth")
        made = api.create_repo(repository.name, private=private, exist_ok=True)
        api.create_commit(
            repository.name,
            [CommitOperationAdd(path, each) for path, each in files.items()],
            commit_message=message,
            revision=repository.revision or None,
        )
    return str(made)


def address_of(repository: Repository, file: str) -> str:
    """Where a file of a repository is on the web."""
    from huggingface_hub import hf_hub_url

    with _one_line(repository.shown):
        return str(hf_hub_url(repository.name, file, revision=repository.revision or None))


def _chosen(repository: Repository, file: str | None) -> str:
    """The path of the repository's plugin."""
    from huggingface_hub import HfApi

    api = HfApi(library_name="rtsynth")
    found: list[str] = [
        path
        for path in api.list_repo_files(repository.name, revision=repository.revision or None)
        if path.endswith(SUFFIX)
    ]
    if file is not None:
        if file not in found:
            raise InputError(f"{repository.shown}: has no plugin {file!r}; {_listed(found)}")
        return file
    if len(found) != 1:
        raise InputError(f"{repository.shown}: choose one with --file; {_listed(found)}")
    return found[0]


def _listed(found: list[str]) -> str:
    if not found:
        return f"it has no {SUFFIX} file at all"
    more = ", ..." if len(found) > SHOWN else ""
    return plain(f"it has {', '.join(found[:SHOWN])}{more}", 2 * LONGEST_REASON)


def _download(repository: Repository, file: str, folder: Path) -> Path:
    """Fetch a file into `folder`; where it is there."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    revision = repository.revision or None
    found = get_hf_file_metadata(hf_hub_url(repository.name, file, revision=revision))
    if found.size is None or found.size > LARGEST_BYTES:
        raise InputError(
            f"{repository.shown}: {file} is larger than {LARGEST_BYTES / 1e6:.0f} MB; no plugin is"
        )
    # Of the same commit, although a branch may have moved on.
    got = hf_hub_download(
        repository.name, file, revision=found.commit_hash or revision, local_dir=folder,
        library_name="rtsynth",
    )  # fmt: skip
    return Path(got)


@contextmanager
def _one_line(what: str) -> Iterator[None]:
    """Whatever the library raises becomes one line that names `what`."""
    from huggingface_hub import errors, utils

    utils.disable_progress_bars()
    utils.logging.set_verbosity_error()  # it tries several times, and says so each time
    try:
        yield
    except RtsynthError:
        raise
    except errors.GatedRepoError as error:
        raise InputError(f"{what}: asks for consent first; give it on its page") from error
    except errors.RepositoryNotFoundError as error:
        raise InputError(
            f"{what}: there is no such repository, or none that you may see; check its name, or "
            "log in with `hf auth login`"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise InputError(f"{what}: there is no such revision") from error
    except errors.LocalTokenNotFoundError as error:
        raise InputError(f"{what}: log in first: `hf auth login`, or set HF_TOKEN") from error
    except errors.HfHubHTTPError as error:
        raise _refusal(what, error.response.status_code) from error
    except (errors.HTTPError, errors.EntryNotFoundError, OSError, json.JSONDecodeError) as error:
        if isinstance(error, OSError) and error.errno in _OF_DISKS:
            raise WriteError(f"{what}: the disk refuses ({error.strerror})") from error
        reason = plain(" ".join(str(error).split()) or type(error).__name__, LONGEST_REASON)
        raise NetworkError(f"{what}: the hub cannot be reached ({reason})") from error
    except ValueError as error:  # names, revisions and cards that the library does not send
        reason = plain(" ".join(str(error).split()), LONGEST_REASON)
        raise InputError(f"{what}: the hub does not take that ({reason})") from error


def _refusal(what: str, status: int) -> RtsynthError:
    if status == 401:
        return InputError(f"{what}: log in first: `hf auth login`, or set HF_TOKEN")
    if status == 403:
        return InputError(f"{what}: your token may not do that; it needs the right to write there")
    if status >= 500 or status == 429:
        return NetworkError(f"{what}: the hub fails ({status}); try again later")
    return InputError(f"{what}: the hub refuses ({status})")
