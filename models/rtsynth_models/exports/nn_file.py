"""Writing the TorchScript module of a plugin for nn~."""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.plugin import Plugin
from rtsynth_models.exports.network import parts_of
from rtsynth_models.exports.nn_module import FLOAT, INT, NnModule

# Attributes beside those of parameters: the name, its type, and what it is in the module.
SAMPLING = {"temperature": FLOAT, "min_p": FLOAT, "top_p": FLOAT, "top_k": INT}
TYPES = {FLOAT: "float", INT: "int"}
TAKEN = ("methods", "attributes", "buffer_attributes", "sample_rate", "seed", "forward", *SAMPLING)
ABOUT = "rtsynth.json"  # in the file, beside the code


@contextmanager
def torchscript() -> Iterator[None]:
    """PyTorch advises against TorchScript; nn~ reads nothing else."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
        # Weights become constants, as is meant.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        yield


def write_nn(plugin: Plugin, out: Path) -> None:
    """Write the module of a plugin of one tier, which generates audio.

    Raises:
        InputError: it is another plugin, or there is no place for the file.
    """
    module = nn_module(plugin)
    about = {"manifest": plugin.manifest.model_dump()}
    with atomic_write(out) as temporary, torchscript():
        torch.jit.save(module, temporary, _extra_files={ABOUT: json.dumps(about)})


def nn_module(plugin: Plugin) -> Any:
    """The module, compiled.

    Raises:
        InputError: see `write_nn`.
    """
    manifest = plugin.manifest
    _ = manifest.audio_codec  # raises for a plugin that makes none
    if len(manifest.tiers) > 1:
        raise InputError(
            f"{plugin.name}: has {len(manifest.tiers)} tiers, and nn~ is given plugins of one; "
            "export it with --to onnx"
        )
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    parameters = [by_name[name] for name in manifest.tiers[0].conditioning]
    with torchscript():
        module = NnModule(plugin, parts_of(plugin), parameters).eval()
    names = attribute_names(each.name for each in parameters)
    types = dict.fromkeys(names, FLOAT) | SAMPLING | {"seed": INT}
    for name, kind in types.items():
        module.register_buffer(f"{name}_params", torch.tensor([kind]))
    with torchscript():
        made = torch.jit.script(module)
    for number, name in enumerate(names):
        made.define(
            f"def get_{name}(self) -> Tuple[float]:\n"
            f"    return (float(self.held[0, {number}]),)\n"
            f"def set_{name}(self, value: float) -> int:\n"
            f"    self.held[0, {number}] = value\n"
            "    return 0\n"
        )
    for name, kind in SAMPLING.items():
        made.define(
            f"def get_{name}(self) -> Tuple[{TYPES[kind]}]:\n"
            f"    return (self.{name},)\n"
            f"def set_{name}(self, value: {TYPES[kind]}) -> int:\n"
            f"    self.{name} = value\n"
            "    return 0\n"
        )
    listed = ", ".join(repr(name) for name in types)
    made.define(
        "def get_seed(self) -> Tuple[int]:\n"
        "    return (self.seed,)\n"
        "def set_seed(self, value: int) -> int:\n"
        "    self.seed = value % 1000000007\n"
        "    self.begin(max(1, self.rows))\n"
        "    return 0\n"
        "def get_attributes(self) -> List[str]:\n"
        f"    return [{listed}]\n"
    )
    return made


def attribute_names(parameters: Iterable[str]) -> list[str]:
    """What the attributes of parameters are called: names of Python, each another one, and none
    that is taken.
    """
    names: list[str] = []
    for parameter in parameters:
        name = parameter.replace(".", "_")
        while name in TAKEN or name in names:
            name += "_"
        names.append(name)
    return names
