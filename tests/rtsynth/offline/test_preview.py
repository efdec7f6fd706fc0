"""Previews: small sound files of what a plugin does."""

import io

import numpy as np
import soundfile

from rtsynth.offline.preview import make_preview
from rtsynth.plugin import Plugin
from rtsynth.plugin.attachments import LARGEST_PREVIEW
from tests.rtsynth.plugin.tier_plugins import FILL, RMSE, tier_plugin
from tests.rtsynth.plugins import gru_manifest, gru_tensors


def test_a_sound_of_four_seconds() -> None:
    manifest = gru_manifest()
    plugin = Plugin(manifest, gru_tensors(manifest))
    preview = make_preview(plugin)
    assert 1000 < len(preview) < LARGEST_PREVIEW
    audio, rate_hz = soundfile.read(io.BytesIO(preview))
    assert (rate_hz, audio.shape) == (16_000, (64_000,))
    assert np.abs(audio).max() > 0.01


def test_without_knobs() -> None:
    manifest = gru_manifest(parameters=[])
    assert make_preview(Plugin(manifest, gru_tensors(manifest)))


def test_a_plugin_without_audio() -> None:
    assert make_preview(tier_plugin("motion", 125, [FILL], [RMSE], seed=1)) == b""
