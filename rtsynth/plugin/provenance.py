"""Where a plugin came from: its data, its recipe, and the plugins whose weights it started from."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from rtsynth.common.errors import InputError
from rtsynth.plugin.record import Record
from rtsynth.plugin.texts import LONGEST_TEXT, Text

MOST_ORIGINS = 16
NOT_STATED = "not stated"
_BETWEEN = "; "


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

    @property
    def shown(self) -> str:
        """As `rtsynth info` and model cards list it."""
        return f"{self.name} ({self.content_hash}), licence {self.licence or NOT_STATED}"


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
    text = _BETWEEN.join(dict.fromkeys(text for text in texts if text))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def joined_licences(licences: Iterable[str]) -> str:
    """Each different licence once, also of texts that are joined ones; NOT_STATED for one that is
    missing. "" where all are.

    Raises:
        InputError: they are longer than a manifest's text; none is left out.
    """
    given = list(licences)
    if not any(given):
        return ""
    single = (name for each in given for name in (each or NOT_STATED).split(_BETWEEN))
    text = _BETWEEN.join(dict.fromkeys(single))
    if len(text) > LONGEST_TEXT:
        raise InputError(
            f"the licences of all that it is made of have {len(text)} characters together, and a "
            f"plugin's may have {LONGEST_TEXT}; none can be left out: use plugins with shorter ones"
        )
    return text


def all_origins(provenances: Iterable[Provenance]) -> list[StartedFrom]:
    """Those of several, each once.

    Raises:
        InputError: more than a manifest may have.
    """
    return each_once(each for provenance in provenances for each in provenance.started_from)


def each_once(origins: Iterable[StartedFrom]) -> list[StartedFrom]:
    """Each origin once, in their order.

    Raises:
        InputError: more than a manifest may have; none is left out.
    """
    found = list({each.content_hash: each for each in origins}.values())
    if len(found) > MOST_ORIGINS:
        raise InputError(
            f"it would have started from {len(found)} plugins, and a plugin may have started from "
            f"{MOST_ORIGINS}; use plugins that started from fewer"
        )
    return found
