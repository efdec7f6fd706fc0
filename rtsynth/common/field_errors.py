"""One line of what is wrong with the fields of a file."""

from pydantic import ValidationError

from rtsynth.common.plain_text import plain

LONGEST_FIELD, LONGEST_REASON = 120, 240  # characters


def first_problem(error: ValidationError, whole: str = "") -> str:
    """The first field that is wrong, and how: "tiers.0.rate_hz: Field required".

    `whole` stands for the field where it is none in particular.
    """
    first = error.errors()[0]
    where = plain(".".join(str(part) for part in first["loc"]), LONGEST_FIELD) or whole
    reason = plain(first["msg"].removeprefix("Value error, "), LONGEST_REASON)
    return f"{where}: {reason}" if where else reason
