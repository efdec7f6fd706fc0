"""Specs of the rows that the engine adds to a plugin's own parameters."""

from typing import Literal

from rtsynth.plugin.manifest import Parameter


def spec_of(
    name: str,
    minimum: float,
    maximum: float,
    default: float,
    unit: str,
    description: str,
    curve: Literal["linear", "exponential"] = "linear",
) -> Parameter:
    """A control; its range reaches as far up as its default."""
    return Parameter(
        name=name,
        minimum=minimum,
        maximum=max(maximum, default),
        default=default,
        unit=unit,
        description=description,
        curve=curve,
    )


def choice_of(name: str, labels: tuple[str, ...], description: str) -> Parameter:
    """A control that chooses one of several; the first is its default."""
    return Parameter(
        name=name,
        minimum=0.0,
        maximum=len(labels) - 1.0,
        default=0.0,
        role="class",
        labels=list(labels),
        description=description,
    )
