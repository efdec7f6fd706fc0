"""Memory that compiled code is given by its address: views of it, and words that threads share."""

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array


def array_at(context, builder, array_type, address, shape):
    """In an intrinsic: the C-contiguous array that lies at `address`."""
    data_type = context.get_data_type(array_type.dtype)
    size = context.get_constant(types.intp, context.get_abi_sizeof(data_type))
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = context.make_array(array_type)(context, builder)
    populate_array(
        array,
        data=builder.inttoptr(address, data_type.as_pointer()),
        shape=shape,
        strides=strides,
        itemsize=size,
        meminfo=None,
    )
    return array._getvalue()


def _view_of(dtype, dimensions):
    """An intrinsic: (address, sizes...) -> the C-contiguous array of `dtype` that lies there."""
    array_type = types.Array(dtype, dimensions, "C")

    def codegen(context, builder, signature, args):
        return array_at(context, builder, array_type, args[0], list(args[1:]))

    if dimensions == 1:

        def flat(typing_context, address, size):
            return array_type(types.int64, types.intp), codegen

        return intrinsic(flat)

    def table(typing_context, address, rows, columns):
        return array_type(types.int64, types.intp, types.intp), codegen

    return intrinsic(table)


floats_at = _view_of(types.float32, 1)
float_rows_at = _view_of(types.float32, 2)
ints_at = _view_of(types.int32, 1)
words_at = _view_of(types.int64, 1)
doubles_at = _view_of(types.float64, 1)


@intrinsic
def address_of(typing_context, pointer):
    """A void pointer as an int64."""

    def codegen(context, builder, signature, args):
        return builder.ptrtoint(args[0], ir.IntType(64))

    return types.int64(types.voidptr), codegen


def _word_access(emit, arity):
    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        return emit(context, builder, builder.gep(array.data, [args[1]]), *args[2:])

    if arity == 0:

        def reader(typing_context, words, index):
            return types.int64(words, types.intp), codegen

        return intrinsic(reader)

    def writer(typing_context, words, index, value):
        return types.none(words, types.intp, types.int64), codegen

    return intrinsic(writer)


def _load(ordering):
    def emit(context, builder, where):
        return builder.load_atomic(where, ordering, 8, typ=ir.IntType(64))

    return _word_access(emit, 0)


def _store(ordering):
    def emit(context, builder, where, value):
        builder.store_atomic(value, where, ordering, 8)
        return context.get_dummy_value()

    return _word_access(emit, 1)


load_acquire, store_release = _load("acquire"), _store("release")
# These have one order that all threads agree on: of two threads that each store a word and then
# load the other's, one sees what the other stored.
load_ordered, store_ordered = _load("seq_cst"), _store("seq_cst")


@intrinsic
def compare_and_swap(typing_context, words, index, expected, value):
    """Make words[index] `value` if it is `expected`; whether it was."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        where = builder.gep(array.data, [args[1]])
        done = builder.cmpxchg(where, args[2], args[3], "seq_cst", "acquire")
        return builder.extract_value(done, 1)

    return types.boolean(words, types.intp, types.int64, types.int64), codegen


@intrinsic
def add_to(typing_context, words, index, value):
    """Add to words[index] at once."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        where = builder.gep(array.data, [args[1]])
        builder.atomic_rmw("add", where, args[2], "acq_rel")
        return context.get_dummy_value()

    return types.none(words, types.intp, types.int64), codegen
