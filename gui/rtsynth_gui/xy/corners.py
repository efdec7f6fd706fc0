"""Four presets at the corners of a square: how much each counts at a point of it."""

from collections.abc import Sequence

Point = tuple[float, float]  # across and upwards, 0..1

# Of the corners in the order in which one reads: top left, top right, bottom left, bottom right.
PLACES: tuple[Point, ...] = ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))
LEAST = 1e-6  # a weight below is none
INWARD = 1e-3  # as far from a corner without a preset the others begin


def corner_weights(point: Point) -> tuple[float, ...]:
    """How much each corner counts: bilinear, 1 in all."""
    x, y = point
    return tuple((x if right else 1 - x) * (y if top else 1 - y) for right, top in PLACES)


def shares(names: Sequence[str], point: Point) -> tuple[float, ...]:
    """How much each corner counts where some may be empty: those have 0, the others 1 in all."""

    def named(at: Point) -> list[float]:
        weights = zip(names, corner_weights(at), strict=True)
        return [weight if name else 0.0 for name, weight in weights]

    found = named(point)
    if sum(found) <= LEAST:  # in a corner that is empty
        x, y = (min(max(each, INWARD), 1 - INWARD) for each in point)
        found = named((x, y))
    total = sum(found)
    return tuple(each / total if total > 0 else 0.0 for each in found)


def blended(names: Sequence[str], point: Point) -> dict[str, float]:
    """The shares of presets, those of one in several corners together; corners may be empty."""
    weights: dict[str, float] = {}
    for name, weight in zip(names, shares(names, point), strict=True):
        if name and weight > LEAST:
            weights[name] = weights.get(name, 0.0) + weight
    return weights
