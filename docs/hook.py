"""MkDocs calls this for every page: fills in the generated tables, checks the paths named in it."""

import logging
from typing import Any

from generator import fill, missing_paths

log = logging.getLogger("mkdocs.rtsynth")  # a warning fails a strict build


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page as it is rendered."""
    for path in missing_paths(markdown):
        log.warning("%s names %s, which does not exist", page.file.src_path, path)
    return fill(markdown)
