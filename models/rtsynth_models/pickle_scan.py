"""Walks through a pickle without running it: where it ends, and what it would keep.

An unpickler makes its memo as long as the highest index that is put into it, so that six bytes can
ask for gigabytes. `pickletools.genops` would do, but it decodes every string as ASCII, which those
of Python 2 need not be; only the lengths of the arguments count here.
"""

import pickle
import pickletools

_SIZES = {  # bytes that say how long an argument is
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}
_LINES = {"GLOBAL": 2, "INST": 2}  # lines of text in the argument, where it is not one
_MEMO = {"PUT", "BINPUT", "LONG_BINPUT"}
_OPCODES = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}


def end_of_pickle(data: bytes, start: int = 0) -> int:
    """The index after the STOP of the pickle that begins at `start`.

    Raises:
        UnpicklingError: an unknown opcode, or a higher index than there are opcodes before it:
            whoever writes a pickle counts them.
        EOFError: it has no end.
    """
    at, count = start, 0
    while at < len(data):
        count += 1
        opcode = _OPCODES.get(data[at : at + 1])
        if opcode is None:
            raise pickle.UnpicklingError(f"byte {at} is no opcode of a pickle")
        at += 1
        begin = at
        width = 0 if opcode.arg is None else opcode.arg.n
        if width >= 0:
            at += width
        elif width == pickletools.UP_TO_NEWLINE:
            for _ in range(_LINES.get(opcode.name, 1)):
                at = data.find(b"\n", at) + 1
                if at == 0:
                    raise EOFError
        else:
            size = _SIZES[width]
            at += size + int.from_bytes(data[at : at + size], "little")
        if opcode.name in _MEMO:
            argument = data[begin:at]
            line = opcode.name == "PUT"
            index = int(argument) if line else int.from_bytes(argument, "little")
            if index > count:
                raise pickle.UnpicklingError(f"it keeps something at place {index}, for no reason")
        if opcode.name == "STOP":
            return at
    raise EOFError


def checked_pickle(data: bytes) -> bytes:
    """`data`, if it is one pickle that can be read in the memory of its own size or so.

    Raises:
        UnpicklingError, EOFError: see `end_of_pickle`.
    """
    end_of_pickle(data)
    return data
