"""Four presets at the corners of a square: how much each counts at a point of it."""

from collections.abc import Sequence

Point = tuple[float, float]  # across and upwards, 0..1

# Of the corners in the order in which one reads: top left, top right, bottom left, bottom right.
PLACES: tuple[Point, ...] = ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))
LEAST = 1e-6  # a weight below is none


def corner_weights(point: Point) -> tuple[float, ...]:
    """How much each corner counts: bilinear, 1 in all."""
    x, y = point
    return tuple((x if right else 1 - x) * (y if top else 1 - y) for right, top in PLACES)


def blended(names: Sequence[str], point: Point) -> dict[str, float]:
    """The weights of presets, those of one in several corners together; corners may be empty."""
    weights: dict[str, float] = {}
    for name, weight in zip(names, corner_weights(point), strict=True):
        if name and weight > LEAST:
            weights[name] = weights.get(name, 0.0) + weight
    return weights
