"""A plugin as the browser shows it: read from what an engine says, and from nothing else."""

import filecmp
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from rtsynth.plugin.catalogue import Entry, entry_of
from rtsynth.plugin.library import find_plugins
from rtsynth_gui.link.control import rate_text
from rtsynth_gui.link.description import MALFORMED

LONGEST = 2000  # characters of a text
MOST_SHOWN = 8  # parameters
# Of the details: title, and the field of the engine's JSON.
FACTS = (
    (str(QT_TRANSLATE_NOOP("PluginDetails", "Licence")), "licence"),
    (str(QT_TRANSLATE_NOOP("PluginDetails", "Trained on")), "dataset"),
    (str(QT_TRANSLATE_NOOP("PluginDetails", "Licence of the recordings")), "dataset_licence"),
    (str(QT_TRANSLATE_NOOP("PluginDetails", "Made by")), "made_by"),
    (str(QT_TRANSLATE_NOOP("PluginDetails", "Notes")), "notes"),
)


def parse_entry(text: str) -> Entry | None:
    """The plugin in a `/plugins/plugin`; None where it cannot be read."""
    try:
        fields = json.loads(text)
        name = _text(fields, "name")
        parameters = fields.get("parameters") or []
        entry = Entry(
            name,
            problem=_text(fields, "problem"),
            plugin=_text(fields, "plugin"),
            description=_text(fields, "description"),
            tags=tuple(str(each)[:64] for each in (fields.get("tags") or [])[:16]),
            sample_rate_hz=int(fields.get("sample_rate_hz") or 0),
            parameters=tuple(str(each)[:64] for each in parameters[:64]),
            generated=int(fields.get("generated") or 0),
            size_bytes=int(fields.get("size_bytes") or 0),
            **{field: _text(fields, field) for _, field in FACTS},
        )
    except MALFORMED:
        return None
    return entry if name else None


def _text(fields: dict[str, Any], name: str) -> str:
    return " ".join(str(fields.get(name) or "")[:LONGEST].split())


def opened_files(paths: Iterable[str]) -> "dict[str, Listed]":
    """The plugin files among these that there still are, by their paths."""
    files = {text: path for text in paths if (path := Path(text)).is_file()}
    twins = twins_of(files)
    return {
        text: Listed(entry_of(path.stem, path), text, twins.get(text, ""))
        for text, path in files.items()
    }


def twins_of(files: Mapping[str, Path]) -> dict[str, str]:
    """By which name the library of this machine has each of these, where it has the same file, or
    a copy of it."""
    sizes: dict[int, list[tuple[str, Path]]] = {}
    for name, known in (find_plugins() if files else {}).items():
        if known.is_file():
            sizes.setdefault(known.stat().st_size, []).append((name, known))
    found = {}
    for text, path in files.items():
        for name, known in sizes.get(path.stat().st_size, ()):
            if path.samefile(known) or filecmp.cmp(path, known, shallow=False):
                found[text] = name
                break
    return found


@dataclass(frozen=True)
class Listed:
    """An entry, and what it is loaded by: a name of the library, or a file. `twin`: by which name
    the library has it, too."""

    entry: Entry
    source: str
    twin: str = ""

    def matches(self, words: list[str], preset: str = "") -> bool:
        """Whether all words, in lower case, are somewhere in what is known of it, or of one of its
        presets."""
        entry = self.entry
        texts = (entry.name, entry.plugin, entry.description, *entry.tags, *entry.parameters)
        facts = (str(getattr(entry, field)) for _, field in FACTS)
        known = " ".join((*texts, *facts, preset)).casefold()
        return all(word in known for word in words)

    @property
    def own_name(self) -> str:
        """What the plugin calls itself."""
        return self.entry.plugin or self.entry.name

    def about(self, preset: str = "") -> str:
        """Everything there is to read about it, or about one of its presets: lines."""
        of_plugin = QCoreApplication.translate("PluginDetails", "Preset of {}")
        lines = [of_plugin.format(self.entry.name)] if preset else []
        lines += [self.entry.description] if self.entry.description else []
        return "\n".join((*lines, *(f"{title}: {text}" for title, text in self.details)))

    @property
    def details(self) -> list[tuple[str, str]]:
        """(title, text) of what there is to read about it."""
        entry, translate = self.entry, QCoreApplication.translate
        if entry.problem:
            return [(translate("PluginDetails", "Problem"), entry.problem)]
        rows = [(translate("PluginDetails", "Tags"), ", ".join(entry.tags))]
        if entry.sample_rate_hz > 0:
            rows.append((translate("PluginDetails", "Rate"), rate_text(entry.sample_rate_hz)))
        rows.append((translate("PluginDetails", "Parameters"), self._parameters()))
        if entry.size_bytes > 0:
            rows.append((translate("PluginDetails", "Size"), f"{entry.size_bytes / 1e6:.1f} MB"))
        facts = ((title, str(getattr(entry, field))) for title, field in FACTS)
        rows += [(translate("PluginDetails", title), text) for title, text in facts]
        rows.append((translate("PluginDetails", "File"), self.source if self._is_file else ""))
        return [(title, text) for title, text in rows if text]

    @property
    def _is_file(self) -> bool:
        return self.source != self.entry.name

    def _parameters(self) -> str:
        """The first of its knobs by name, and how many parameters its tiers make."""
        entry, translate = self.entry, QCoreApplication.translate
        names = ", ".join(entry.parameters[:MOST_SHOWN])
        if len(entry.parameters) > MOST_SHOWN:
            names += ", …"
        made = translate("PluginDetails", "{} generated").format(entry.generated)
        return ", ".join(filter(None, (names, made if entry.generated else "")))
