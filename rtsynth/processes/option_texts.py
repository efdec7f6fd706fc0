"""The options that another start can change, as texts: how they are asked for, shown and kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from rtsynth.host.restart import (
    AHEAD,
    AUTO,
    BLOCK,
    DEVICE,
    MIDI,
    OPTIONS,
    OSC,
    OSC_ALLOW,
    PRECISION,
    RATE,
    VOICES,
)
from rtsynth.processes.options import EngineOptions

_READ: dict[str, Callable[[str], Any]] = {
    DEVICE: str,
    RATE: int,
    BLOCK: int,
    PRECISION: str,
    AHEAD: float,
    MIDI: str,
    VOICES: int,
    OSC: str,
    OSC_ALLOW: lambda text: text.split(","),
}


def field_of(name: str) -> str:
    """The field of `EngineOptions`."""
    return name.replace("-", "_")


def texts_of(options: EngineOptions) -> dict[str, str]:
    """Texts by names; "auto" for those left to the engine."""
    return {name: _text(getattr(options, field_of(name))) for name in OPTIONS}


def _text(value: Any) -> str:
    if value is None:
        return AUTO
    return ",".join(value) if isinstance(value, list) else f"{value}"


def with_texts(options: EngineOptions, texts: Mapping[str, str]) -> EngineOptions:
    """The options with some of them changed; the texts were checked."""
    changed: dict[str, Any] = {}
    for name, text in texts.items():
        field = field_of(name)
        changed[field] = getattr(EngineOptions, field) if text == AUTO else _READ[name](text)
    return replace(options, **changed)


def kept_names(options: EngineOptions) -> tuple[str, ...]:
    """Those that are what this machine keeps, and not of the command line."""
    return tuple(name for name in options.kept.split(",") if name)


def with_kept_names(options: EngineOptions, names: Iterable[str]) -> EngineOptions:
    """The options of which these are what this machine keeps."""
    return replace(options, kept=",".join(names))


def without(options: EngineOptions, names: Iterable[str]) -> EngineOptions:
    """The options with some of those that are kept left to the engine."""
    left_out = tuple(names)
    others = [name for name in kept_names(options) if name not in left_out]
    return with_kept_names(with_texts(options, dict.fromkeys(left_out, AUTO)), others)
