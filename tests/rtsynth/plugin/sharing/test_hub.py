"""Names of repositories. What is done with them, `tests/rtsynth/cli/test_publish.py` sees."""

import errno
import json

import pytest
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

from rtsynth.common.errors import InputError, NetworkError, WriteError
from rtsynth.plugin.sharing.hub import Repository, _one_line, address_of, read_repository


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("me/horns", Repository("me/horns")),
        ("a-b/c.d_e@v1.0", Repository("a-b/c.d_e", "v1.0")),
        ("me/horns@refs/pr/1", Repository("me/horns", "refs/pr/1")),
    ],
)
def test_names(text: str, repository: Repository) -> None:
    assert read_repository(text) == repository
    assert repository.shown == text


@pytest.mark.parametrize("text", ["", "me", "me/", "/a", "a/b/c", "me/é", "a/b@", "a/b@\n", "../b"])
def test_no_names(text: str) -> None:
    with pytest.raises(InputError, match="expected OWNER/NAME") as refusal:
        read_repository(text)
    assert "\n" not in str(refusal.value)


REFUSED = ["me/a--b", "me/a..b", "me/a.git", "me/a-", "me/a.", "a-/b", "a--b/c", f"me/{'a' * 97}"]


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_the_library_refuses(name: str) -> None:
    with pytest.raises(HFValidationError):
        validate_repo_id(name)
    with pytest.raises(InputError, match="expected OWNER/NAME"):
        read_repository(name)
    with pytest.raises(InputError, match="the hub does not take that"):
        address_of(Repository(name), "a")


TAKEN = ["me/a_", "me/a.gitx", f"{'a' * 96}/{'b' * 96}", "0/1", "a_b/c.d-e"]


@pytest.mark.parametrize("name", TAKEN)
def test_names_that_it_takes(name: str) -> None:
    validate_repo_id(name)
    assert read_repository(name) == Repository(name)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), WriteError, r"disk refuses \(No space"),
        (OSError("Distant file is gone"), NetworkError, r"cannot be reached \(Distant"),
        (json.JSONDecodeError("no JSON", "<html>", 0), NetworkError, "cannot be reached"),
        (ValueError("a card\nthat is none"), InputError, r"does not take that \(a card that"),
    ],
)
def test_what_the_library_raises(error: Exception, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text) as refusal, _one_line("me/horns"):
        raise error
    assert str(refusal.value).startswith("me/horns: ")
    assert "\n" not in str(refusal.value)
