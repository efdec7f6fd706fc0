"""How a plugin sounds, as a small sound file: a few notes, its classes, or a knob's way."""

import io
import tempfile
from pathlib import Path

import soundfile

from rtsynth.offline.automation import read_automation
from rtsynth.offline.render import render
from rtsynth.plugin import Plugin
from rtsynth.plugin.phrase import SECONDS, phrase


def make_preview(plugin: Plugin, seed: int = 0) -> bytes:
    """An Ogg Vorbis file of `SECONDS`, mono at the plugin's rate; b"" of a plugin without audio."""
    if plugin.manifest.codec is None:
        return b""
    with tempfile.TemporaryDirectory() as space:
        moves = Path(space) / "phrase.csv"
        moves.write_text(phrase(plugin.manifest), encoding="utf-8")
        events = read_automation(moves, plugin) if moves.stat().st_size else ()
        audio = render(plugin, SECONDS, seed=seed, events=events)
    sound = io.BytesIO()
    soundfile.write(sound, audio, plugin.sample_rate_hz, format="OGG", subtype="VORBIS")
    return sound.getvalue()
