"""Settings of a recipe that a command line gives: `optimiser.rate=0.003`."""

import tomllib
from typing import Any

from rtsynth.common.errors import InputError


def split_setting(text: str, option: str) -> tuple[str, str]:
    """Key and value of `KEY=VALUE`, both as text; `option` is where it was given.

    Raises:
        InputError: it is none.
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not (equals and value and key and all(key.split("."))):
        raise InputError(f"{option} {text[:80]}: write it as KEY=VALUE, e.g. optimiser.rate=0.003")
    return key, value


def read_value(text: str) -> Any:
    """A value as TOML has it; what is none is a text.

    Raises:
        InputError: it has several lines, the next of which could be other keys.
    """
    if "\n" in text or "\r" in text:
        raise InputError(f"{text.splitlines()[0][:60]!r} ...: a value has to be on one line")
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def with_setting(raw: dict[str, Any], key: str, value: Any, option: str) -> dict[str, Any]:
    """A recipe with another value; `raw` stays as it is. A part of the key may be the `name` of one
    of a list of tables: `tiers.audio.rate`.

    Raises:
        InputError: a part of the key leads to no table.
    """
    changed: Any = _placed(raw, key.split("."), value, f"{option} {key}")
    table: dict[str, Any] = changed
    return table


def _placed(part: Any, path: list[str], value: Any, label: str) -> Any:
    if not path:
        return value
    name, *rest = path
    if isinstance(part, dict):
        return part | {name: _placed(part.get(name, {}), rest, value, label)}
    named = [isinstance(each, dict) and each.get("name") == name for each in _list_of(part)]
    if not any(named):
        raise InputError(f"{label}: there is no table {name!r} in the recipe; see its keys")
    pairs = zip(part, named, strict=True)
    return [_placed(each, rest, value, label) if mine else each for each, mine in pairs]


def _list_of(part: Any) -> list[Any]:
    return part if isinstance(part, list) else []
