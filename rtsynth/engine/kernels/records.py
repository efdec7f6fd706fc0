"""Named tuples in memory: how numbers and arrays get by their names from Python to compiled code.

A *record* is a NamedTuple whose fields are whole numbers, arrays or records:

    class Cell(NamedTuple):
        weights: NDArray[np.float32]
        table: Annotated[NDArray[np.int32], TABLE]
        size: int

In words (int32 or int64) a number takes one, an array of int64 words its address and its shape, a
record what its fields take, one behind the other. Compiled code reads all of a record at once and
uses the fields it needs: what it does not use costs nothing.
"""

from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.types.containers import BaseTuple
from numba.extending import intrinsic
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

from rtsynth.engine.kernels.memory import array_at

TABLE = 2  # dimensions of an array field; 1 where nothing is said


def words_of(kind: type) -> int:
    """How many words a record takes."""
    return sum(_words(field) for field in _fields(kind, types.int64))


def put(words: NDArray[np.int64], at: int, record: Any) -> int:
    """Write a record into words[at:]; its arrays have to outlive it. Returns where it ends."""
    for value, field in zip(record, _fields(type(record), types.int64), strict=True):
        if isinstance(field, BaseTuple):
            at = put(words, at, value)
        elif isinstance(field, types.Array):
            assert value.flags.c_contiguous
            assert value.ndim == field.ndim
            assert from_dtype(value.dtype) == field.dtype
            words[at : at + 1 + value.ndim] = value.ctypes.data, *value.shape
            at += 1 + value.ndim
        else:
            words[at] = value
            at += 1
    return at


@intrinsic
def read_record(typing_context: Any, words: Any, at: Any, kind: Any) -> Any:
    """In compiled code: the record of class `kind` at words[at:]."""
    record = _type_of(kind.instance_class, words.dtype)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def take(field: Any) -> Any:
            if isinstance(field, BaseTuple):
                return context.make_tuple(builder, field, [take(part) for part in field])
            if isinstance(field, types.Array):
                address, *shape = (next(found) for _ in range(_words(field)))
                return array_at(context, builder, field, address, shape)
            return next(found)

        found = _loaded(context, builder, signature, args, _words(record))
        return take(record)

    return record(words, types.intp, kind), codegen


@intrinsic
def write_record(typing_context: Any, words: Any, at: Any, record: Any) -> Any:
    """In compiled code: write a record into words[at:]."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def values(field: Any, value: Any) -> Any:
            if isinstance(field, BaseTuple):
                for number, part in enumerate(field):
                    yield from values(part, builder.extract_value(value, number))
            elif isinstance(field, types.Array):
                array = context.make_array(field)(context, builder, value)
                yield builder.ptrtoint(array.data, ir.IntType(64))
                yield from cgutils.unpack_tuple(builder, array.shape)
            else:
                yield context.cast(builder, value, field, types.int64)

        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        for number, word in enumerate(values(record, args[2])):
            builder.store(word, _place(context, builder, data, args[1], number))
        return context.get_dummy_value()

    return types.none(words, types.intp, record), codegen


def _fields(kind: type, number: Any) -> list[Any]:
    """The Numba types of a record's fields."""
    return [_field(hint, number) for hint in get_type_hints(kind, include_extras=True).values()]


def _field(hint: Any, number: Any) -> Any:
    if hint is int:
        return number
    dimensions = 1
    if get_origin(hint) is Annotated:
        hint, dimensions = get_args(hint)
    if get_origin(hint) is np.ndarray:
        (dtype,) = get_args(get_args(hint)[1])
        return types.Array(from_dtype(np.dtype(dtype)), dimensions, "C")
    return _type_of(hint, number)


def _type_of(kind: type, number: Any) -> Any:
    return BaseTuple.from_types(_fields(kind, number), kind)


def _words(field: Any) -> int:
    if isinstance(field, BaseTuple):
        return sum(_words(part) for part in field)
    return 1 + field.ndim if isinstance(field, types.Array) else 1


def _place(context: Any, builder: Any, data: Any, at: Any, number: int) -> Any:
    return builder.gep(data, [builder.add(at, context.get_constant(types.intp, number))])


def _loaded(context: Any, builder: Any, signature: Any, args: Any, count: int) -> Any:
    data = context.make_array(signature.args[0])(context, builder, args[0]).data
    for number in range(count):
        yield builder.load(_place(context, builder, data, args[1], number))
