"""Lines of what is wrong with the fields of a file."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rtsynth.common.plain_text import plain

LONGEST_FIELD, LONGEST_REASON = 120, 240  # characters


def _reason(message: str) -> str:
    return plain(message.removeprefix("Value error, "), LONGEST_REASON)


def all_problems(
    error: ValidationError, model: type[BaseModel], whole: str = ""
) -> list[tuple[tuple[str | int, ...], str]]:
    """Every field that is wrong: its place, and a line as of `first_problem`. A name that `model`
    does not know is compared with those that it knows.
    """
    found = []
    for one in error.errors():
        where = plain(".".join(str(part) for part in one["loc"]), LONGEST_FIELD) or whole
        reason = _reason(one["msg"])
        if one["type"] == "extra_forbidden":
            known = _fields_at(model, one["loc"][:-1])
            near = get_close_matches(str(one["loc"][-1]), known, 1)
            reason = "unknown" + (f"; did you mean {near[0]}?" if near else "")
        found.append((one["loc"], f"{where}: {reason}" if where else reason))
    return found


def _fields_at(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """The names of the fields of the model at a place within `model`."""
    for part in place:
        if isinstance(part, str):
            names = {field.alias or name: field for name, field in model.model_fields.items()}
            field = names.get(part) or model.model_fields.get(part)
            inner = None if field is None else next(models_in(field.annotation), None)
            if inner is None:
                return []
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field's type speaks of, as in list[Model] or Model | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def first_problem(error: ValidationError, whole: str = "") -> str:
    """The first field that is wrong, and how: "tiers.0.rate_hz: Field required".

    `whole` stands for the field where it is none in particular.
    """
    first = error.errors()[0]
    where = plain(".".join(str(part) for part in first["loc"]), LONGEST_FIELD) or whole
    reason = _reason(first["msg"])
    return f"{where}: {reason}" if where else reason
