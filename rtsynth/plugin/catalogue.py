"""What the plugins at hand say about themselves, for whoever chooses one."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rtsynth.common.errors import PluginError
from rtsynth.plugin.file import load_manifest
from rtsynth.plugin.library import find_plugins

MOST_PLUGINS = 1000
LONGEST_TEXT = 400  # characters of each text; the rest is in `rtsynth info`
MOST_PARAMETERS = 32  # named


@dataclass(frozen=True)
class Entry:
    """One plugin. `name` is what it is loaded by; with a `problem`, nothing else is known.

    `plugin` is what it calls itself.
    """

    name: str
    problem: str = ""
    plugin: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    sample_rate_hz: int = 0
    parameters: tuple[str, ...] = ()
    generated: int = 0
    licence: str = ""
    dataset: str = ""
    dataset_licence: str = ""
    made_by: str = ""
    notes: str = ""
    size_bytes: int = 0


def catalogue() -> list[Entry]:
    """Every plugin in the plugin folders, by name."""
    found = sorted(find_plugins().items())[:MOST_PLUGINS]
    return [entry_of(name, path) for name, path in found]


def entry_of(name: str, path: Path) -> Entry:
    """What a file says about itself; read again only when it has changed."""
    try:
        about = path.stat()
    except OSError as error:
        return Entry(name, problem=f"{path}: {error.strerror}")
    return _read(name, path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=MOST_PLUGINS)
def _read(name: str, path: Path, size_bytes: int, changed_ns: int) -> Entry:
    try:
        manifest = load_manifest(path)
    except PluginError as error:
        return Entry(name, problem=_cut(str(error)), size_bytes=size_bytes)
    made = manifest.generated
    knobs = [each.name for each in manifest.parameters if each.name not in made]
    return Entry(
        name,
        plugin=manifest.name,
        description=_cut(manifest.description),
        tags=tuple(manifest.tags),
        sample_rate_hz=manifest.sample_rate_hz,
        parameters=tuple(knobs[:MOST_PARAMETERS]),
        generated=len(made),
        licence=_cut(manifest.licence),
        dataset=_cut(manifest.provenance.dataset),
        dataset_licence=_cut(manifest.provenance.dataset_licence),
        made_by=_cut(manifest.provenance.made_by),
        notes=_cut(manifest.provenance.notes),
        size_bytes=size_bytes,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
