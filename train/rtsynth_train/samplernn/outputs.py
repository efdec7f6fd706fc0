"""Audio in a run folder.

ground_truth.wav             the first minute of the training data, quantised
examples/rowN_input.wav      a row's input in one step
examples/rowN_target.wav     its target, one sample later
examples/rowN_overlap.wav    the samples that both have
previews/stepN_K.wav         output of the plugin at that step
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth.compiler.compile import compile_plugin
from rtsynth.plugin import Plugin, codec
from rtsynth_train.samplernn.batches import cut
from rtsynth_train.samplernn.config import SampleRnnTrainConfig, SoundConfig
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts

GROUND_TRUTH = "ground_truth.wav"
GROUND_TRUTH_S = 60.0
EXAMPLES, GENERATED = "examples", "previews"
EXAMPLE_ROWS = 2


def _decoded(codes: NDArray[np.integer], data: SoundConfig) -> NDArray[np.float64]:
    return codec.decode(data.codec, data.levels, codes, data.rule.limits)


def write_references(
    run: Path, config: SampleRnnTrainConfig, material: Material, parts: Parts
) -> None:
    """The ground truth and the examples."""
    data, prompt = config.data, config.network.prompt_codes
    left, pieces = round(GROUND_TRUTH_S * data.rate_hz), list[NDArray[np.float64]]()
    for span in parts.train:
        if left > 0:
            pieces.append(_decoded(material.codes[span.first :][: min(left, span.length)], data))
            left -= span.length
    write_audio(run / GROUND_TRUTH, np.concatenate(pieces), data.rate_hz)
    make_folder(run / EXAMPLES)
    span = parts.train[0]
    firsts = np.linspace(span.first, span.first + span.length - config.chunk, EXAMPLE_ROWS)
    batch = cut(material, firsts.astype(np.int64), prompt, config.chunk)
    for number, row in enumerate(batch.codes):
        inputs, target, both = row[:-1], row[prompt:], row[prompt:-1]
        for name, codes in (("input", inputs), ("target", target), ("overlap", both)):
            path = run / EXAMPLES / f"row{number}_{name}.wav"
            write_audio(path, _decoded(codes, data), data.rate_hz)


def generate(run: Path, plugin: Plugin, step: int, count: int, length: int) -> list[Path]:
    """Let the plugin play `count` files of `length` samples, seeds 0, 1, ...; with classes each
    file is of the next one.
    """
    make_folder(run / GENERATED)
    seconds, paths = (length + 0.5) / plugin.sample_rate_hz, list[Path]()
    if count == 0:
        return paths
    compiled = compile_plugin(plugin)
    classes = [parameter for parameter in plugin.parameters if parameter.role == "class"]
    for number in range(count):
        controls = {
            parameter.name: float(number % (int(parameter.maximum) + 1)) for parameter in classes
        }
        audio = rtsynth.render(compiled, seconds, controls, seed=number)[:length]
        paths.append(run / GENERATED / f"step{step:07d}_{number}.wav")
        write_audio(paths[-1], audio, plugin.sample_rate_hz)
    return paths
