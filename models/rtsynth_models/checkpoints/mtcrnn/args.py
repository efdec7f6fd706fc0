"""MTCRNN's `log/args.txt`: the text of an argparse Namespace, read without running any of it."""

import ast
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import NETWORKS
from rtsynth.families.recurrent import MOST_LAYERS, MOST_UNITS
from rtsynth.plugin.manifest import FASTEST_HZ, MOST_LEVELS
from rtsynth_models.checkpoints.common.shown import shown

AUDIO = "audio"
# Far above what anybody trains; a number beyond them is a damaged file.
LARGEST = {
    "hidden_size": MOST_UNITS,
    "n_layers": MOST_LAYERS,
    "mulaw_channels": MOST_LEVELS,
    "sample_rate": FASTEST_HZ,
}
LARGEST_BYTES = 1 << 16  # of text; its syntax tree takes hundreds of times as much
LONGEST_NAMES = 128
# Objects that have no text of their own, <function f at 0x7f12>, among arguments of no interest.
_OBJECT = re.compile(r"(?<==)<(?:[^<>]|<\w+>)*>(?=, \w+=|\)\s*$)")


@dataclass(frozen=True)
class MtcrnnArgs:
    """What of the arguments decides how a checkpoint is played. Names are MTCRNN's."""

    net: int | None  # None: an early version, which had network 0 or 6 and did not write which
    plstm: bool
    hidden_size: int
    n_layers: int
    sample_rate: int
    mulaw_channels: int
    prop: tuple[str, ...]
    generate: tuple[str, ...]
    onehot: bool
    temp: float

    @property
    def audio(self) -> bool:
        """Whether it generates audio, not parameters."""
        return self.generate == (AUDIO,)

    @property
    def one_hot_codes(self) -> bool:
        """Whether codes are fed one-hot; the option means nothing to a parameter tier."""
        return self.onehot and self.audio

    @property
    def generated_inputs(self) -> int:
        """Width of the generated part of the input."""
        return self.mulaw_channels if self.one_hot_codes else len(self.generate)


_NEEDED = {field.name for field in fields(MtcrnnArgs)} | {"cond_size", "gen_size"}


def read_args(path: Path) -> MtcrnnArgs:
    """The arguments in the file.

    Raises:
        InputError: missing, not the text of a Namespace of plain values, or values that make no
            sense; one line.
    """
    values = _namespace(path)
    for name in ("hidden_size", "n_layers", "sample_rate", "prop", "generate"):
        if name not in values:
            raise InputError(f"{path}: no {name} in it; write what the model was trained with")
    args = MtcrnnArgs(
        net=_network(path, values),
        plstm=_flag(path, values, "plstm"),
        hidden_size=_count(path, values, "hidden_size"),
        n_layers=_count(path, values, "n_layers"),
        sample_rate=_count(path, values, "sample_rate"),
        mulaw_channels=_count(path, {"mulaw_channels": 256} | values, "mulaw_channels"),
        prop=_names(path, values, "prop"),
        generate=_names(path, values, "generate"),
        onehot=_flag(path, values, "onehot"),
        temp=_temperature(path, values),
    )
    if not args.generate:
        raise InputError(f"{path}: generate is empty, expected {AUDIO!r} or parameter names")
    if AUDIO in args.generate and not args.audio:
        raise InputError(f"{path}: generate mixes {AUDIO!r} with parameters")
    _check_size(path, values, "cond_size", len(args.prop), "prop")
    _check_size(path, values, "gen_size", args.generated_inputs, "generate")
    return args


def _namespace(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"{path}: larger than any args.txt; not one of MTCRNN's")
        tree = _parse(path.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror})") from error
    # What the parser raises for texts that are no Python, or far too deeply nested.
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path}: not the text of a Namespace (damaged?)") from error
    call = tree.body
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Name)
        or call.func.id != "Namespace"
        or call.args
    ):
        raise InputError(f"{path}: not the text of a Namespace: expected Namespace(name=value, ..)")
    values: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in values:
            raise InputError(f"{path}: {shown(keyword.arg or '**')}: expected each name once")
        if keyword.arg not in _NEEDED:
            continue
        try:
            values[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
            raise InputError(
                f"{path}: {keyword.arg} is not a plain value; nothing in this file is run"
            ) from error
    return values


def _parse(text: str) -> ast.Expression:
    try:
        return ast.parse(text, mode="eval")
    except SyntaxError:
        return ast.parse(_OBJECT.sub("None", text), mode="eval")


def _network(path: Path, values: dict[str, Any]) -> int | None:
    net = values.get("net")
    whole = isinstance(net, int) and not isinstance(net, bool)
    if net is not None and not (whole and net in NETWORKS):
        raise InputError(
            f"{path}: net is {shown(net)}, an unknown network; known: "
            f"{min(NETWORKS)} to {max(NETWORKS)}"
        )
    return net


def _count(path: Path, values: dict[str, Any], name: str) -> int:
    value, largest = values[name], LARGEST[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
        raise InputError(
            f"{path}: {name} is {shown(value)}, expected a whole number 1 to {largest}"
        )
    return value


def _flag(path: Path, values: dict[str, Any], name: str) -> bool:
    value = values.get(name, False)
    if not isinstance(value, bool):
        raise InputError(f"{path}: {name} is {shown(value)}, expected True or False")
    return value


def _names(path: Path, values: dict[str, Any], name: str) -> tuple[str, ...]:
    value = values[name]
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{path}: {name} is {shown(value)}, expected a list of names")
    if len(value) > LONGEST_NAMES:
        raise InputError(f"{path}: {name} has {len(value)} names, more than {LONGEST_NAMES}")
    return tuple(value)


def _temperature(path: Path, values: dict[str, Any]) -> float:
    value = values.get("temp", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 10:
        raise InputError(f"{path}: temp is {shown(value)}, expected a number above 0, up to 10")
    return float(value)


def _check_size(path: Path, values: dict[str, Any], name: str, wanted: int, source: str) -> None:
    value = values.get(name)
    if value is not None and value != wanted:
        raise InputError(
            f"{path}: {name} is {shown(value)}, but {source}={shown(values[source])} makes it "
            f"{wanted}"
        )
