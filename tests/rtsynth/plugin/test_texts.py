"""Texts of a manifest: what a tag may be."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.rtsynth.plugins import gru_manifest


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (["wind", "Wind"], "the same tag twice"),
        (["wind,brass"], "'wind,brass' is not a tag: no comma"),
        ([" wind"], "no space at either end"),
        ([""], "at least 1 character"),
        (["x" * 33], "at most 32 characters"),
        (["wi\nnd"], "cannot be shown"),
        ([str(n) for n in range(17)], "at most 16 items"),
        ("wind", "valid list"),
    ],
)
def test_tags_that_are_wrong(tags: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        gru_manifest(tags=tags)


def test_tags_are_optional() -> None:
    assert gru_manifest().tags == []
    assert gru_manifest(tags=["wind", "Blechbläser"]).tags == ["wind", "Blechbläser"]
