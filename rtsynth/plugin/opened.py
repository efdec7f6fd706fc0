"""An opened plugin: the same one, with controls that reach into its hidden layers.

It is no other file: a manifest that was read is never opened. What there is to reach into is found
as the plugin is compiled (`rtsynth.compiler.compile`).
"""

from dataclasses import replace

from rtsynth.plugin.file import Plugin
from rtsynth.plugin.manifest import Manifest
from rtsynth.plugin.record import Record


class Hold(Record):
    """What a section of a tier gives, which can be held. `floats` 0: it cannot."""

    floats: int
    divider: int  # samples from one step to the next


class HiddenTier(Record):
    """What there is to reach into of a tier."""

    tier: str
    layers: tuple[int, ...]  # units of each recurrent layer, in the order of the tape
    holds: tuple[Hold, ...]  # section by section


class OpenedManifest(Manifest):
    """The manifest of an opened plugin."""

    hidden: tuple[HiddenTier, ...] = ()
    """Tier by tier; empty until it is compiled."""


def hidden_of(manifest: Manifest) -> tuple[HiddenTier, ...]:
    """What there is to reach into; nothing where the plugin is not opened."""
    return manifest.hidden if isinstance(manifest, OpenedManifest) else ()


def is_opened(plugin: Plugin) -> bool:
    """Whether a plugin is opened, or to be opened as it is compiled."""
    return isinstance(plugin.manifest, OpenedManifest)


def opened(plugin: Plugin, hidden: tuple[HiddenTier, ...] = ()) -> Plugin:
    """The same plugin, opened."""
    fields = {name: getattr(plugin.manifest, name) for name in Manifest.model_fields}
    return replace(plugin, manifest=OpenedManifest(**fields, hidden=hidden))


def closed(plugin: Plugin) -> Plugin:
    """The same plugin as its file has it."""
    if not is_opened(plugin):
        return plugin
    fields = {name: getattr(plugin.manifest, name) for name in Manifest.model_fields}
    return replace(plugin, manifest=Manifest(**fields))
