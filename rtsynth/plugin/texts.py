"""Texts in a manifest: bounded, and of characters that can be shown."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be shown (control characters, line breaks)")
    return text


LONGEST_TEXT = 2000
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_printable)]
MOST_TAGS = 16


def _tag(text: str) -> str:
    if text != text.strip() or "," in text:
        raise ValueError(f"{text!r} is not a tag: no comma, no space at either end")
    return text


def _different(tags: list[str]) -> list[str]:
    if len({tag.casefold() for tag in tags}) < len(tags):
        raise ValueError("the same tag twice")
    return tags


Tag = Annotated[
    str, Field(min_length=1, max_length=32), AfterValidator(_printable), AfterValidator(_tag)
]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS), AfterValidator(_different)]
Label = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
