"""The network's own output as context to learn from.

A network trained only on recordings never meets its own mistakes: held long enough it may settle
on a neighbour's tone, and nothing has taught it the way back. So every now and then it plays
each recording's conditioning through the engine, and the streams feed a row a little of
that (without loss) before the recording itself continues from the matching place. The idea is
that of DAgger (Ross et al. 2011): learn from the states one gets into oneself.
"""

import numpy as np

import rtsynth
from rtsynth.compiler.compile import compile_plugin
from rtsynth.plugin import Plugin, Provenance, codec
from rtsynth_models.networks.gru import ConditionedGru
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.dataset import Recordings
from rtsynth_train.gru.export import manifest_for

MATCH_STEPS = 64  # context compared: two periods of the lowest note of the reference set
SEARCH_STEPS = 640  # places tried: ten times as long
RENDER_S = 0.4


def best_place(codes: np.ndarray, start: int, context: np.ndarray) -> tuple[int, float]:
    """Where a recording continues as `context` [MATCH_STEPS] does.

    Looks at SEARCH_STEPS places of `codes` from `start` on. Returns (index of the sample after
    the best match, its mean absolute difference in codes).
    """
    piece = codes[start : start + SEARCH_STEPS + MATCH_STEPS - 1].astype(np.int16)
    windows = np.lib.stride_tricks.sliding_window_view(piece, MATCH_STEPS)
    errors = np.abs(windows - context.astype(np.int16)).mean(axis=1)
    best = int(np.argmin(errors))
    return start + best + MATCH_STEPS, float(errors[best])


def play_all(
    network: ConditionedGru,
    config: GruTrainConfig,
    recordings: Recordings,
    own: np.ndarray,
    files: np.ndarray,
    seed: int,
) -> None:
    """Play the conditioning of `files` and put the codes into their rows of `own` [N, L]."""
    manifest = manifest_for(config, Provenance())
    compiled = compile_plugin(Plugin(manifest, network.plugin_tensors()))
    seconds = (own.shape[1] + 0.5) / config.data.rate_hz
    for file in files.tolist():
        controls = {}
        for parameter, seen in zip(
            config.conditioning, recordings.conditioning[file].tolist(), strict=True
        ):
            low, high = parameter.network_range
            controls[parameter.name] = low + seen * (high - low)
        audio = rtsynth.render(compiled, seconds, controls, seed + file)[: own.shape[1]]
        own[file] = codec.encode(manifest.audio_codec.name, manifest.audio_codec.levels, audio)


def mismatch(recordings: Recordings, own: np.ndarray) -> np.ndarray:
    """How far the end of each own sound [N, L] is from its recording: float64 [N], in codes."""
    return np.array(
        [
            best_place(recordings.codes, int(recordings.starts[file]), row[-MATCH_STEPS:])[1]
            for file, row in enumerate(own)
        ]
    )
