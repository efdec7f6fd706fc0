"""Plugin files: one .safetensors file holding weights and a JSON manifest."""

from rtsynth.plugin.file import Plugin, load, save
from rtsynth.plugin.manifest import FORMAT, Codec, Manifest, Parameter, Sampling, Tier
from rtsynth.plugin.provenance import Provenance

__all__ = [
    "FORMAT",
    "Codec",
    "Manifest",
    "Parameter",
    "Plugin",
    "Provenance",
    "Sampling",
    "Tier",
    "load",
    "save",
]
