"""Files of states: what a bank keeps by name, for the same plugin on another day or machine.

A safetensors file: the tensor `state.NAME` is float32 [voices, floats], as
`rtsynth.compiler.network_state` has it. The metadata say which plugin they are of, and where its
layers are. Nothing in a file is executed; what its numbers mean is checked by whoever plays them.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.plain_text import plain
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.network_state import state_floats
from rtsynth.engine.program.layout import CONFIG_HIDDEN_START, CONFIG_HISTORY
from rtsynth.host.bank_names import MOST

F32 = NDArray[np.float32]
METADATA_KEY, FORMAT = "rtsynth.states", 1
LARGEST_BYTES = 256 << 20
_PREFIX = "state."
_SHOWN = 60  # characters of what a file says, in an error


@dataclass(frozen=True)
class BankFile:
    """States by name, float32 [voices * floats] each; `plugin` is its name, `hash` its content."""

    plugin: str
    hash: str
    states: dict[str, F32]


def write_bank(path: Path, compiled: Compiled, states: dict[str, F32]) -> None:
    """Write states of a plugin, over a file of states that is there already.

    Raises:
        InputError: the file cannot be written, or is another kind of file.
        WriteError: the disk is full, or fails.
    """
    if path.exists() and not path.is_dir():
        try:
            _metadata(path)
        except InputError as error:
            raise InputError(f"{error}; it is not written over: give another name") from None
    floats = state_floats(compiled)
    text = json.dumps(
        {
            "format": FORMAT,
            "plugin": compiled.plugin.name,
            "hash": compiled.plugin.content_hash,
            "names": list(states),
            **_layout(compiled),
        }
    )
    tensors = {_PREFIX + name: state.reshape(-1, floats) for name, state in states.items()}
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, metadata={METADATA_KEY: text})


def read_bank(path: Path, compiled: Compiled) -> BankFile:
    """Read the states of a plugin.

    Raises:
        InputError: they are of another one; or the file is damaged, or none of states.
    """
    data = _metadata(path)
    plugin, digest = str(data.get("plugin", ""))[:_SHOWN], str(data.get("hash", ""))
    if digest != compiled.plugin.content_hash:
        there = compiled.plugin.name
        other = f"another version of {there}" if plugin == there else plain(plugin, _SHOWN)
        raise InputError(f"{path}: states of {other}, where {there} plays; load that first")
    names, layout = data.get("names"), _layout(compiled)
    if {key: data.get(key) for key in layout} != layout:
        raise InputError(f"{path}: states of another layout; write them anew with this version")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{path}: damaged (names); write it again")
    if len(names) > MOST:
        raise InputError(f"{path}: {len(names)} states, where {MOST} are kept")
    try:
        with safe_open(path, framework="numpy") as file:
            states = {name: _state(path, file, name, layout["floats"]) for name in names}
    except (SafetensorError, OSError, MemoryError) as error:
        raise InputError(f"{path}: damaged ({_line(error)}); write it again") from error
    return BankFile(plugin, digest, states)


def _layout(compiled: Compiled) -> dict[str, Any]:
    """What the floats of a voice's state are: how many, codes of the past, where layers begin."""
    config, tiers = compiled.program.config, compiled.tiers
    first = int(config[CONFIG_HIDDEN_START])
    return {
        "floats": state_floats(compiled),
        "history": int(config[CONFIG_HISTORY]),
        "layers": [[[int(at) - first, floats] for at, floats in tier.hidden] for tier in tiers],
    }


def _metadata(path: Path) -> dict[str, Any]:
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise InputError(f"{path}: larger than {LARGEST_BYTES >> 20} MB; no file of states")
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(METADATA_KEY)
        data = None if text is None else json.loads(text)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (SafetensorError, OSError, MemoryError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: no file of states ({_line(error)})") from error
    if not isinstance(data, dict):
        raise InputError(f"{path}: no file of states")
    if data.get("format") != FORMAT:
        raise InputError(f"{path}: states of a newer version (format is not {FORMAT})")
    return data


def _state(path: Path, file: Any, name: str, floats: int) -> F32:
    state = file.get_tensor(_PREFIX + name)
    if state.dtype != np.float32 or state.ndim != 2 or state.shape[1] != floats or not state.size:
        raise InputError(f"{path}: the state {plain(name, _SHOWN)!r} is damaged; write it again")
    found: F32 = np.ascontiguousarray(state).reshape(-1)
    return found


def _line(error: BaseException) -> str:
    return plain((str(error).splitlines() or [type(error).__name__])[0], 2 * _SHOWN)
