"""The parts of a plugin as ONNX models: a file for each, with what is needed to run them."""

import json
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.version import __version__
from rtsynth.plugin import Plugin
from rtsynth.plugin.codec import decode_table, silence
from rtsynth_models.exports.network import parts_of
from rtsynth_models.exports.onnx_ops import OnnxOps
from rtsynth_models.exports.part import Part

OPSET, IR_VERSION = 17, 8  # of 2022: what every runtime reads
LARGEST_BYTES = (1 << 31) - (1 << 20)  # of a file of Protocol Buffers
DOMAIN = "rtsynth"


def write_onnx(plugin: Plugin, out: Path) -> list[Path]:
    """Write OUT, or for a plugin of several parts OUT's name with -PART for each.

    Raises:
        InputError: a family that cannot be exported, a network too large, no place for the files.
    """
    parts = parts_of(plugin)
    names = [out.name if len(parts) == 1 else f"{out.stem}-{part.name}.onnx" for part in parts]
    models = [onnx_model(plugin, part, [*zip(parts, names, strict=True)]) for part in parts]
    written = []
    for name, model in zip(names, models, strict=True):
        with atomic_write(out.with_name(name)) as temporary:
            temporary.write_bytes(model.SerializeToString())
        written.append(out.with_name(name))
    return written


def onnx_model(plugin: Plugin, part: Part, files: list[tuple[Part, str]]) -> onnx.ModelProto:
    """One step of a part. `files` are all parts of the plugin and the names of their files.

    Raises:
        InputError: it is too large for a file.
    """
    ops = OnnxOps()
    made = part.step(ops, {name: name for name in part.inputs})
    for name in part.outputs:
        ops.nodes.append(helper.make_node("Identity", [made[name]], [name], name=name))
    inputs = [
        helper.make_tensor_value_info(
            name,
            TensorProto.INT64 if part.is_whole(name) else TensorProto.FLOAT,
            part.axes(name, size),
        )
        for name, size in part.inputs.items()
    ]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, part.axes(name, size))
        for name, size in part.outputs.items()
    ]
    graph = helper.make_graph(ops.nodes, part.name, inputs, outputs, ops.initializers)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="rtsynth",
        producer_version=__version__,
        domain=DOMAIN,
        doc_string=f"One step of {plugin.name}, part {part.name}. {plugin.manifest.description}",
    )
    helper.set_model_props(model, _metadata(plugin, part, files))
    if model.ByteSize() > LARGEST_BYTES:  # the checker fails with an error of its own
        raise InputError(f"{plugin.name}: its weights are more than the 2 GB of an ONNX file")
    onnx.checker.check_model(model, full_check=True)
    return model


def _metadata(plugin: Plugin, part: Part, files: list[tuple[Part, str]]) -> dict[str, str]:
    """Text by name; lists and records as JSON."""
    manifest = plugin.manifest
    tier = next(tier for tier in manifest.tiers if tier.name == part.tier)
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    inputs = [
        {"name": name, "minimum": low, "maximum": high, "default": by_name[name].default}
        for name in tier.conditioning
        for low, high in [by_name[name].network_range]
    ]
    said: dict[str, object] = {
        "plugin": manifest.name,
        "licence": manifest.licence,
        "rate_hz": manifest.sample_rate_hz,
        "part": part.name,
        "samples_per_step": part.every,
        "parts": [
            {"part": each.name, "file": name, "samples_per_step": each.every}
            for each, name in files
        ],
        "conditioning": inputs,
        "outputs": tier.outputs,
        "initial_state": None if part.initial is None else part.initial.tolist(),
        "provenance": manifest.provenance.model_dump(exclude_defaults=True),
        "sampling": manifest.sampling.model_dump(),
        "manifest": manifest.model_dump(),
    }
    if (codec := manifest.codec) is not None:
        rule = (codec.name, codec.levels, codec.limits)
        said |= {
            "codec": codec.name,
            "levels": codec.levels,
            "amplitudes": decode_table(*rule).tolist(),
            "silence": silence(*rule),
        }
    return {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()
    }
