"""What the mutants of automation files are for."""

from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import gru_manifest

TOLD = 3000  # changes that are looked at
PLUGIN = Plugin(gru_manifest(hidden=4, layers=1), {})
