"""What endless encoders send: steps, each in one of three encodings of 7 bits."""

from collections.abc import Callable


def _twos_complement(value: int) -> int:
    return value if value < 64 else value - 128


def _offset(value: int) -> int:
    return value - 64


def _sign_magnitude(value: int) -> int:
    return -(value & 63) if value & 64 else value


ENCODINGS: dict[str, Callable[[int], int]] = {
    "twos-complement": _twos_complement,
    "offset": _offset,
    "sign-magnitude": _sign_magnitude,
}


def steps(value: int, encoding: str) -> int:
    """Steps to the right (above 0) or left that a value 0..127 stands for."""
    return ENCODINGS[encoding](value)
