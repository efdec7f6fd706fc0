"""Names of repositories. What is done with them, `tests/rtsynth/cli/test_publish.py` sees."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin.sharing.hub import Repository, read_repository


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
