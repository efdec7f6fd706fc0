"""A recipe as a TOML file that explains itself: every key, what it means, and why it was chosen.

What a key means is the docstring of its field; what is at its default is commented out.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from rtsynth.common.field_errors import models_in
from rtsynth.common.field_texts import field_texts
from rtsynth.common.plain_text import plain

WIDTH = 100
Model = type[BaseModel]


def recipe_text(model: Model, raw: Mapping[str, Any], why: Mapping[str, str], about: str) -> str:
    """The recipe `raw` of a configuration, with `about` at its top; `why` has the reasons of keys
    by their place, as "model.hidden_size".
    """
    lines = _comment(about)
    for name, field in model.model_fields.items():
        inner = next(models_in(field.annotation), None)
        assert inner is not None, f"{name} is no table"
        values = raw.get(name, {})
        many = get_origin(field.annotation) is list
        for number, one in enumerate(values if many else [values]):
            header = f"[[{name}]]" if many else f"[{name}]"
            place = f"{name}.{number}" if many else name
            text = "" if number else _one_line(field_texts(model).get(name, ""))
            lines += ["", *_comment(text), header, *_table(inner, one, why, name, place)]
    return "\n".join(lines) + "\n"


def _table(
    model: Model, values: Mapping[str, Any], why: Mapping[str, str], name: str, place: str
) -> Iterator[str]:
    texts, inside = field_texts(model), list[str]()
    if place in why:
        yield from _comment(f"Why: {why[place]}")
    for key, field in model.model_fields.items():
        shown = field.alias or key
        inner = next(models_in(field.annotation), None)
        if inner is not None and get_origin(field.annotation) is not list:
            header = f"[{name}.{shown}]"
            inside += ["", header, *_table(inner, values.get(shown, {}), why, name, "")]
            continue
        yield from _comment(_one_line(texts.get(key, "")))
        if (reason := why.get(f"{place}.{shown}")) is not None:
            yield from _comment(f"Why: {reason}")
        yield _line(shown, field, values)
    yield from inside


def _line(name: str, field: FieldInfo, values: Mapping[str, Any]) -> str:
    if values.get(name) is not None:
        return f"{name} = {toml_value(values[name])}"
    default = field.get_default(call_default_factory=True)
    if default is None or default is PydanticUndefined:
        return f"# {name} =  (not set)"
    return f"# {name} = {toml_value(default)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _comment(text: str) -> list[str]:
    lines = [line for part in text.splitlines() for line in textwrap.wrap(part, WIDTH - 2) or [""]]
    # TOML has no control characters, not even in comments.
    return [f"# {plain(line, max(1, len(line)))}".rstrip() for line in lines]


def toml_value(value: Any) -> str:
    """A value as TOML has it.

    Raises:
        TypeError: of a type that it has not.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(toml_value(each) for each in value)}]"
        case dict():
            pairs = (f"{toml_value(name)} = {toml_value(one)}" for name, one in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case BaseModel():
            return toml_value(value.model_dump(exclude_none=True))
    raise TypeError(f"{type(value).__name__} is nothing that TOML has")
