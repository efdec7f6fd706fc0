"""The conditioning vector of networks with classes: what is in it, and how long it is.

A parameter of role "class" has the values 0 .. N - 1 and becomes N weights, hat functions:
w_k = max(0, 1 - |v - k|). At a whole number that is one-hot; between two of them their embeddings
are mixed. Every other parameter is its normalised value. The order is that of `tier.conditioning`.
"""

from rtsynth.plugin.manifest import Manifest, Parameter, Tier

LARGEST_CLASS_COUNT = 1024


def class_count(parameter: Parameter) -> int:
    """N for a class, 1 for a continuous parameter: how many inputs of the network it is.

    Raises:
        ValueError: a class whose bounds are not 0 and a whole number; one line.
    """
    if parameter.role != "class":
        return 1
    low, high = parameter.network_range
    whole = parameter.minimum == 0 and float(parameter.maximum).is_integer()
    if not whole or parameter.maximum >= LARGEST_CLASS_COUNT:
        raise ValueError(
            f"parameter {parameter.name!r}: a class goes from 0 to a whole number below "
            f"{LARGEST_CLASS_COUNT}, not from {parameter.minimum:g} to {parameter.maximum:g}"
        )
    if (low, high) != (parameter.minimum, parameter.maximum):
        raise ValueError(
            f"parameter {parameter.name!r}: a class has no network_minimum and network_maximum "
            "of its own"
        )
    return int(parameter.maximum) + 1


def class_counts(manifest: Manifest, tier: Tier) -> list[int]:
    """`class_count` of every parameter of `tier.conditioning`.

    Raises:
        ValueError: see `class_count`; or a class that a tier generates.
    """
    by_name = {parameter.name: parameter for parameter in manifest.parameters}
    return [class_count(by_name[name]) for name in tier.conditioning]


def condition_size(manifest: Manifest, tier: Tier) -> int:
    """C', the length of the conditioning vector; ValueError as `class_count`."""
    return sum(class_counts(manifest, tier))
