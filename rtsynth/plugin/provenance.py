"""Where a plugin came from: its data, its recipe, and the plugins whose weights it started from."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from rtsynth.plugin.record import Record
from rtsynth.plugin.texts import LONGEST_TEXT, Text

MOST_ORIGINS = 16


class StartedFrom(Record):
    """A plugin whose weights another one started its training from, as it said of itself."""

    name: Text
    """Its name; of a training run, with the step."""
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Hash of its manifest and weights."""
    licence: Text = ""
    """Its licence."""
    dataset: Text = ""
    """What it was trained on, and what it had started from."""
    dataset_licence: Text = ""
    """Licence of those recordings."""


class Provenance(Record):
    """Where a plugin came from; shown by `rtsynth info`."""

    dataset: Text = ""
    """What it was trained on."""
    dataset_licence: Text = ""
    """Licence of the recordings."""
    recipe: Text = ""
    """The recipe it was trained with."""
    steps: int | None = None
    """Training steps."""
    held_out_bits_per_sample: float | None = None
    """Negative log-likelihood on recordings it was not trained on."""
    made_by: Text = ""
    """Program and version that wrote the file."""
    notes: Text = ""
    """Anything else worth knowing."""
    started_from: Annotated[list[StartedFrom], Field(max_length=MOST_ORIGINS)] = Field(default=[])
    """The plugins whose weights it started from, the nearest first."""


def joined(texts: Iterable[str]) -> str:
    """Each different text once, as one that is not too long."""
    text = "; ".join(dict.fromkeys(text for text in texts if text))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def all_origins(provenances: Iterable[Provenance]) -> list[StartedFrom]:
    """Those of several, each once."""
    found = {
        each.content_hash: each for provenance in provenances for each in provenance.started_from
    }
    return list(found.values())[:MOST_ORIGINS]
