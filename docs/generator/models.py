"""Tables of pydantic models: every field with its kind, its default and the docstring below it."""

import json
from typing import Any

from pydantic import BaseModel

from generator.markdown import code, required, table
from rtsynth.common.field_texts import field_texts

Model = type[BaseModel]


def fields_table(model: Model) -> str:
    """The table of a model's fields.

    Raises:
        MissingTextError: a field has no docstring.
    """
    schema, texts = model.model_json_schema(), field_texts(model)
    # A key that is a word of Python's has another name there.
    texts |= {f.alias: texts[n] for n, f in model.model_fields.items() if f.alias and n in texts}
    rows = []
    for name, field in schema["properties"].items():
        about = required(texts.get(name), f"{model.__name__}.{name}")
        rows.append((code(name), kind(field), default(name, schema), about))
    return table(("key", "kind", "default", "what it is"), rows)


def kind(field: dict[str, Any]) -> str:
    """What a value has to be, in words."""
    if "anyOf" in field:
        kinds = [kind(each) for each in field["anyOf"] if each != {"type": "null"}]
        return " or ".join(kinds)
    if "$ref" in field or field.get("type") == "object":
        return "table"
    if "enum" in field or "const" in field:
        values = field.get("enum", [field.get("const")])
        return ", ".join(code(json.dumps(value)) for value in values)
    match field.get("type"):
        case "array":
            items = field.get("items", {})
            one = kind(items)
            return "tables" if one == "table" else f"list of {one}"
        case "integer":
            return "integer" + bounds(field)
        case "number":
            return "number" + bounds(field)
        case "boolean":
            return "`true` or `false`"
        case "string":
            return "text"
    return "any"


def bounds(field: dict[str, Any]) -> str:
    """The range of a number."""
    low, high = _plain(field.get("minimum")), _plain(field.get("maximum"))
    above, below = field.get("exclusiveMinimum"), field.get("exclusiveMaximum")
    if low is not None and high is not None:
        return "" if high >= 1e30 else f" from {low} to {high}"
    words = [
        text
        for limit, text in (
            (low, f"at least {low}"),
            (above, f"above {above}"),
            (high, f"at most {high}"),
            (below, f"below {below}"),
        )
        if limit is not None
    ]
    return f" {', '.join(words)}" if words else ""


def _plain(number: float | None) -> float | None:
    """60 rather than 60.0."""
    return int(number) if number is not None and number == int(number) else number


def default(name: str, schema: dict[str, Any]) -> str:
    """The default of a field as it is written in a file."""
    field = schema["properties"][name]
    if name in schema.get("required", ()):
        return "required"
    value = field.get("default")
    if value is None or value == "" or isinstance(value, dict) or "$ref" in field:
        return ""
    return code(json.dumps(value))
