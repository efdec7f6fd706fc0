"""Ways to damage a file: bytes, numbers in text, lines, tables of JSON, pickles."""

import pickle
import pickletools
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (
    0, 1, -1, 2, 7, 127, 128, 255, 256, 1 << 15, (1 << 16) - 1, 1 << 20, 1 << 24, (1 << 31) - 1,
    -(1 << 31), 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 63) - 1, -(1 << 63), 10**12,
)  # fmt: skip
TEXTS = (
    "", "0", "-0", "1", "-1", "0.5", "1e-320", "1e38", "1e39", "1e308", "1e999", "nan", "-inf",
    "9" * 30, "9" * 5000, "0x10", "1_000", "1,5", "true", "null", "''", '"', "\x00", "\x1b[2J",
    "é", "\ufeff", "\u202e", "x" * 300, "%s", "../x", "[[[[", "{", "[" * 2000, "\t", "\r\n", ";",
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def damage_bytes(random: Random, data: bytes, most: int = 6) -> bytes:
    """`data` with up to `most` changes anywhere."""
    changes: Sequence[Callable[[Random, bytearray], None]] = (
        _flip, _flip, _overwrite, _overwrite, _number, _number, _remove, _repeat, _cut, _insert,
    )  # fmt: skip
    out = bytearray(data)
    for _ in range(random.randint(1, most)):
        random.choice(changes)(random, out)
    return bytes(out)


def damage_text(random: Random, data: bytes, most: int = 4) -> bytes:
    """Text with other numbers, words and lines in it; now and then other bytes."""
    for _ in range(random.randint(1, most)):
        choice = random.randrange(8)
        if choice < 4:
            data = other_number(random, data)
        elif choice < 6:
            data = _other_lines(random, data)
        elif choice == 6:
            at = random.randint(0, len(data))
            data = data[:at] + random.choice(TEXTS).encode() + data[at:]
        else:
            data = damage_bytes(random, data, 1)
    return data


def other_number(random: Random, data: bytes) -> bytes:
    """One of the numbers written in a text is another."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    texts = (random.choice(TEXTS), str(random.choice(NUMBERS)), str(random.gauss(0, 100)))
    return data[: match.start()] + random.choice(texts).encode() + data[match.end() :]


def damage_value(random: Random, value: Any, most: int = 3) -> Any:
    """A tree of lists and tables (JSON, TOML) with up to `most` values replaced, lost or doubled.

    The tree given is not changed.
    """
    for _ in range(random.randint(1, most)):
        value = _other_value(random, value, 0)
    return value


def some_value(random: Random) -> Any:
    """Anything that a JSON file can hold, likely something that does not belong there."""
    return random.choice(
        (
            lambda: random.choice(NUMBERS),
            lambda: random.choice(TEXTS),
            lambda: random.choice((None, True, False, [], {}, 0.5, -2.5e30, 1e-320)),
            lambda: random.choice((float("nan"), float("inf"), -float("inf"))),
            lambda: [random.choice(NUMBERS) for _ in range(random.randrange(5))],
            lambda: {random.choice(TEXTS): random.choice(NUMBERS)},
            lambda: [[[[]]]],
        )
    )()


def damage_pickle(random: Random, data: bytes, most: int = 4) -> bytes:
    """A pickle whose opcodes are lost, doubled, swapped, or have other arguments."""
    parts = pickle_parts(data)
    for _ in range(random.randint(1, most)):
        at = random.randrange(len(parts))
        match random.randrange(7):
            case 0:
                del parts[at]
            case 1:
                parts.insert(at, parts[at])
            case 2:
                parts.insert(at, random.choice(parts))
            case 3:
                parts[at] = _some_opcodes(random)
            case 4:
                other = random.randrange(len(parts))
                parts[at], parts[other] = parts[other], parts[at]
            case 5:
                numbers = [n for n, part in enumerate(parts) if part[:1] in b"KMJI\x8a"]
                if numbers:
                    parts[random.choice(numbers)] = pickled_int(random.choice(NUMBERS))
            case 6:
                end = at + random.randint(1, 20)
                parts[at:at] = parts[at:end] * random.choice((1, 2, 50))
        if not parts:
            return b"."
    return b"".join(parts)


def pickle_parts(data: bytes) -> list[bytes]:
    """The opcodes of a pickle with their arguments."""
    starts = [at for _, _, at in pickletools.genops(data) if at is not None]
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


def pickled_int(number: int) -> bytes:
    """The opcode that puts a whole number on the stack."""
    return pickle.dumps(number, protocol=2)[2:-1]


def _some_opcodes(random: Random) -> bytes:
    names = (
        b"cos\nsystem\n", b"cbuiltins\nexec\n", b"cbuiltins\nset\n", b"cnumpy\ndtype\n",
        b"cnumpy\nndarray\n", b"ctorch\nSize\n", b"ctorch\nFloatStorage\n",
        b"ctorch._utils\n_rebuild_tensor_v2\n", b"ccollections\nOrderedDict\n",
        b"ccollections\nCounter\n", b"c_codecs\nencode\n", b"cnumpy.core.multiarray\nscalar\n",
    )  # fmt: skip
    return random.choice(
        (
            lambda: pickled_int(random.choice(NUMBERS)),
            lambda: random.choice(names),
            lambda: b"(t" + b"2\x86" * random.choice((3, 40, 2000)),
            lambda: bytes([random.randrange(256)]),
            lambda: random.choice(
                (b"}", b"]", b")", b"N", b"(", b"R", b"b", b"u", b"e", b"s", b".")
            ),
            lambda: b"X" + random.choice(NUMBERS).to_bytes(9, "little", signed=True)[:4],
            lambda: b"r" + random.randbytes(4),
            lambda: b"h" + random.randbytes(1),
        )
    )()


def _other_value(random: Random, value: Any, depth: int) -> Any:
    inner = isinstance(value, dict | list) and value and depth < 8
    if not inner or random.random() < 0.1:
        return some_value(random)
    if isinstance(value, dict):
        key = random.choice(list(value))
        match random.randrange(6):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return value | {random.choice(TEXTS): value[key]}
            case 2:
                return value | {key: value[random.choice(list(value))]}
        return value | {key: _other_value(random, value[key], depth + 1)}
    at = random.randrange(len(value))
    match random.randrange(6):
        case 0:
            return value[:at] + value[at + 1 :]
        case 1:
            return value + value[at:] * random.choice((1, 1, 300))
    return [*value[:at], _other_value(random, value[at], depth + 1), *value[at + 1 :]]


def _other_lines(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    at = random.randrange(len(lines))
    match random.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, random.choice(lines))
        case 2:
            lines[at:at] = lines[at : at + 3] * random.choice((1, 100))
    return b"".join(lines)


def _flip(random: Random, out: bytearray) -> None:
    if out:
        out[random.randrange(len(out))] ^= 1 << random.randrange(8)


def _overwrite(random: Random, out: bytearray) -> None:
    if out:
        at = random.randrange(len(out))
        size = min(random.choice((1, 1, 2, 4, 16)), len(out) - at)
        fill = random.choice((b"\x00", b"\xff", b"\x7f", b"\x80", random.randbytes(1)))
        out[at : at + size] = fill * size


def _number(random: Random, out: bytearray) -> None:
    """A field of 2, 4 or 8 bytes of either order, where such fields are likely to begin."""
    size = random.choice((2, 4, 4, 8))
    if len(out) > size:
        at = random.randrange(len(out) - size)
        at -= at % random.choice((1, 2, 4))
        value = random.choice(NUMBERS) % (1 << 8 * size)
        out[at : at + size] = value.to_bytes(size, random.choice(("little", "big")))


def _remove(random: Random, out: bytearray) -> None:
    at = random.randint(0, len(out))
    del out[at : at + random.choice((1, 2, 4, 100))]


def _repeat(random: Random, out: bytearray) -> None:
    at = random.randint(0, len(out))
    out[at:at] = out[at : at + random.choice((1, 4, 30, 300))] * random.choice((1, 1, 20))


def _cut(random: Random, out: bytearray) -> None:
    if random.random() < 0.3:
        del out[random.randint(0, len(out)) :]


def _insert(random: Random, out: bytearray) -> None:
    at = random.randint(0, len(out))
    out[at:at] = random.randbytes(random.choice((1, 2, 8)))
