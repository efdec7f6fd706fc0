"""Plugin files of every family: whatever loads compiles, and plays numbers."""

import json
import struct
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rtsynth.common.errors import PluginError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.offline.render import render, render_values
from rtsynth.plugin import Manifest, Plugin, load
from rtsynth.plugin.file import METADATA_KEY
from tests.fuzz.mutate import damage_bytes, damage_text, damage_value
from tests.rtsynth.hollow import hollow_plugin, hollow_samplernn
from tests.rtsynth.plugins import gru_manifest, gru_tensors, tiers_plugin

MUTANTS = 3000
NAME = "x.safetensors"
SAMPLES = 64
_KINDS = {np.dtype(np.float32): "F32", np.dtype(np.uint8): "U8", np.dtype(np.float64): "F64"}


@cache
def _plugins() -> list[Plugin]:
    manifest = gru_manifest(hidden=4, layers=1, levels=16)
    linear = manifest.model_dump()
    linear["codec"] |= {"name": "linear_inverted", "minimum": -0.5, "maximum": 0.5}
    return [
        Plugin(manifest, gru_tensors(manifest)),
        Plugin(Manifest.model_validate(linear), gru_tensors(manifest)),
        tiers_plugin(),
        hollow_samplernn(16, hidden_size=4, frame_sizes=[4, 2], embedding_size=2),
        hollow_samplernn(8, hidden_size=4, frame_sizes=[], window=3, embedding_size=0),
        hollow_plugin("mtcrnn", 16, hidden_size=4, layers=2, one_hot=True),
    ]


def _file(text: str, head: dict[str, Any], data: bytes) -> bytes:
    header = json.dumps({"__metadata__": {METADATA_KEY: text}} | head).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data


@cache
def _parts(number: int) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """(manifest, the header's entries, data) of a plugin."""
    plugin = _plugins()[number]
    head: dict[str, Any] = {}
    data = b""
    for name, tensor in plugin.tensors.items():
        start = len(data)
        data += tensor.tobytes()
        offsets = [start, len(data)]
        kind = _KINDS[tensor.dtype]
        head[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
    return json.loads(plugin.manifest.model_dump_json()), head, data


def prepare(folder: Path) -> Path:
    """Plays every kind once: what has to be compiled for it is none of a mutant's time."""
    path = folder / NAME
    for number in range(len(_plugins())):
        manifest, head, data = _parts(number)
        path.write_bytes(_file(json.dumps(manifest), head, data))
        read(path)
    return path


def original() -> bytes:
    manifest, head, data = _parts(0)
    return _file(json.dumps(manifest), head, data)


def mutant(seed: int) -> bytes:
    random = Random(seed)
    manifest, head, data = _parts(random.randrange(len(_plugins())))
    text = json.dumps(manifest)
    match random.randrange(6):
        case 0 | 1 | 2:
            text = json.dumps(damage_value(random, manifest, 2))
        case 3:
            text = damage_text(random, text.encode()).decode("utf-8", "replace")
        case 4:
            damaged = damage_value(random, head, 1)
            head = damaged if isinstance(damaged, dict) else head
            data = damage_bytes(random, data) if random.random() < 0.5 else data
        case 5:
            return damage_bytes(random, _file(text, head, data))
    return _file(text, head, data)


def read(path: Path) -> None:
    plugin = load(path)
    try:
        compiled = compile_plugin(plugin)
    except PluginError as error:
        raise AssertionError(f"loaded, but does not play: {error}") from error
    seconds = SAMPLES / plugin.sample_rate_hz
    if plugin.manifest.codec is None:
        made = render_values(compiled, seconds)
        assert all(np.isfinite(values).all() for values in made.values.values())
    else:
        assert np.isfinite(render(compiled, seconds)).all()
