"""Reads untrusted pickles in bounded time and memory, without running anything in them.

A pickle is a program for a machine with a stack. This one has the same opcodes, but it can only
make plain values: what a pickle names is looked up in a table of ours (`Meanings`), and whatever is
not in it becomes an inert `Placeholder`, which remembers what it was made from and does nothing.

Nothing that a pickle says may cost more than its size: opcodes are counted, what is copied is
counted, and the keys of tables are texts and small numbers (the hash of a nested tuple can take
for ever, and many large numbers have the same one).
"""

import pickle
import struct
from collections.abc import Callable
from typing import Any

from rtsynth_models.checkpoints.pickles.arguments import (
    OPCODES,
    decimal,
    little,
    quoted,
    signed,
    to_float,
    utf8,
)
from rtsynth_models.checkpoints.pickles.values import (
    LARGEST_KEY,
    Buildable,
    Damaged,
    Global,
    Meanings,
    Placeholder,
    table,
)

# Far above any checkpoint, which takes about thirty for a tensor: 33,000 tensors. What a step makes
# takes a hundred bytes or so.
MOST_STEPS = 1_000_000
MOST_ARGUMENTS = 64
LONGEST_NAME = 200
SPARE_BYTES = 1 << 20

_MARK = object()


class PickleMachine:
    """Reads one pickle.

    Args:
        data: what it is in.
        meanings: of the names in it.
        refer: gives what a persistent id (a storage) stands for.
        steps_left: how much work it may be, see `steps_left` after `load`.
    """

    def __init__(
        self,
        data: bytes,
        meanings: Meanings,
        refer: Callable[[Any], Any] | None = None,
        steps_left: int = MOST_STEPS,
    ) -> None:
        self.data, self._meanings, self._refer = data, meanings, refer
        self.steps_left = steps_left
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._copied = 0

    def load(self, start: int = 0) -> tuple[Any, int]:
        """(the value, the index after its end) of the pickle that begins at `start`.

        Raises:
            Damaged: it is no pickle, has no end, or asks for too much.
        """
        at = start
        try:
            while True:
                opcode = self.data[at : at + 1]
                name, read = OPCODES[opcode]
                argument, at = read(self.data, at + 1)
                self.spend(1)
                if opcode == pickle.STOP:
                    return self._stack.pop(), at
                _ACTIONS[name](self, argument)
        except EOFError as error:
            raise Damaged("truncated, or not a pickle; copy it again") from error
        except KeyError as error:
            if at >= len(self.data):
                raise Damaged("truncated, or not a pickle; copy it again") from error
            raise Damaged(f"damaged, or not a pickle (at byte {at})") from error
        # What taking from an empty stack and converting bytes of an argument raise.
        except (IndexError, ValueError, OverflowError, struct.error) as error:
            raise Damaged(f"damaged, or not a pickle (at byte {at})") from error

    def spend(self, steps: int) -> None:
        """Count work. Raises Damaged after too much of it."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise Damaged("more objects than any checkpoint has")

    def copy(self, size: int) -> None:
        """Count bytes that a call copies. Raises Damaged where they are more than the pickle."""
        self._copied += size
        if self._copied > 2 * len(self.data) + SPARE_BYTES:
            raise Damaged("copies its own strings over and over")

    def call(self, function: Any, arguments: Any) -> Any:
        """What a call means; a Placeholder where that is nothing."""
        if not isinstance(arguments, tuple) or len(arguments) > MOST_ARGUMENTS:
            arguments = ()
        if isinstance(function, Global):
            if function.make is not None:
                try:
                    return function.make(self, *arguments)
                except TypeError:  # other arguments than it takes
                    pass
            return Placeholder(function.name, arguments)
        return Placeholder(function.name if isinstance(function, Placeholder) else "a call")

    def find(self, module: str, name: str) -> Global:
        """What a name stands for."""
        if len(module) + len(name) > LONGEST_NAME:
            module, name = "something", "with a long name"
        name = f"{module}.{name}"
        return Global(name, self._meanings.get(name))

    # The opcodes' work.

    def pop(self) -> None:
        self._stack.pop()

    def push(self, value: Any) -> None:
        self._stack.append(value)

    def marked(self) -> list[Any]:
        """Take everything down to the mark."""
        stack = self._stack
        for at in range(len(stack) - 1, -1, -1):
            if stack[at] is _MARK:
                values = stack[at + 1 :]
                del stack[at:]
                return values
        raise IndexError

    def take(self, count: int) -> tuple[Any, ...]:
        if len(self._stack) < count:
            raise IndexError
        values = tuple(self._stack[len(self._stack) - count :])
        if any(value is _MARK for value in values):
            raise IndexError
        if count:
            del self._stack[-count:]
        return values

    def top(self) -> Any:
        if self._stack[-1] is _MARK:
            raise IndexError
        return self._stack[-1]

    def put(self, index: int) -> None:
        if not 0 <= index < LARGEST_KEY:
            raise Damaged(f"damaged: it has the memo index {index}")
        self._memo[index] = self.top()

    def memoize(self) -> None:
        self._memo[len(self._memo)] = self.top()

    def get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    def append(self, values: list[Any] | tuple[Any, ...]) -> None:
        target = self.top()
        if isinstance(target, list):
            target.extend(values)
        elif not isinstance(target, Placeholder):
            raise IndexError

    def set_items(self, values: list[Any] | tuple[Any, ...]) -> None:
        target = self.top()
        if isinstance(target, Placeholder):
            target = target.items
        elif not isinstance(target, dict):
            raise IndexError
        target.update(table(values[::2], values[1::2]))

    def build(self) -> None:
        state, *_ = self.take(1)
        target = self.top()
        if isinstance(target, Buildable):
            target.build(state)
        elif isinstance(target, Placeholder):
            # (attributes, slots) for a class with slots
            for part in state[:2] if isinstance(state, tuple) else (state,):
                if isinstance(part, dict):
                    self.spend(len(part))
                    target.fields.update(part)

    def refer(self, identity: Any) -> None:
        if self._refer is None:
            raise Damaged("refers to something outside the file")
        self.push(self._refer(identity))


def _global(machine: PickleMachine, lines: tuple[bytes, bytes]) -> None:
    machine.push(machine.find(*map(utf8, lines)))


def _stacked_global(machine: PickleMachine) -> None:
    module, name = machine.take(2)
    if not isinstance(module, str) or not isinstance(name, str):
        raise IndexError
    machine.push(machine.find(module, name))


def _instance(machine: PickleMachine, lines: tuple[bytes, bytes]) -> None:
    machine.push(machine.call(machine.find(*map(utf8, lines)), tuple(machine.marked())))


def _object(machine: PickleMachine) -> None:
    function, *arguments = machine.marked()
    machine.push(machine.call(function, tuple(arguments)))


def _table(machine: PickleMachine) -> None:
    values = machine.marked()
    machine.push(table(values[::2], values[1::2]))


def _add_items(machine: PickleMachine) -> None:
    machine.marked()
    machine.top()


def _unknown_set(machine: PickleMachine) -> None:
    machine.marked()
    machine.push(Placeholder("frozenset"))


def _call(machine: PickleMachine, count: int) -> None:
    function, arguments, *_ = machine.take(count)
    machine.push(machine.call(function, arguments))


def _no_buffers(machine: PickleMachine, _argument: Any) -> None:
    raise Damaged("keeps its numbers in another file")


def _pushes(convert: Callable[[Any], Any]) -> Callable[[PickleMachine, Any], None]:
    return lambda machine, argument: machine.push(convert(argument))


def _makes(make: Callable[[], Any]) -> Callable[[PickleMachine, Any], None]:
    return lambda machine, _: machine.push(make())


def _does(act: Callable[[PickleMachine], Any]) -> Callable[[PickleMachine, Any], None]:
    def do(machine: PickleMachine, _argument: Any) -> None:
        act(machine)

    return do


_ACTIONS: dict[str, Callable[[PickleMachine, Any], None]] = {
    **dict.fromkeys(("PROTO", "FRAME", "STOP", "READONLY_BUFFER"), _does(lambda machine: None)),
    **dict.fromkeys(("BININT1", "BININT2"), _pushes(little)),
    **dict.fromkeys(("BININT", "LONG1", "LONG4"), _pushes(signed)),
    **dict.fromkeys(("INT", "LONG"), _pushes(decimal)),
    **dict.fromkeys(("BINSTRING", "SHORT_BINSTRING"), _pushes(bytes)),
    **dict.fromkeys(("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"), _pushes(bytes)),
    **dict.fromkeys(("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"), _pushes(utf8)),
    "STRING": _pushes(quoted),
    "UNICODE": _pushes(lambda raw: raw.decode("raw-unicode-escape")),
    "FLOAT": _pushes(to_float),
    "BINFLOAT": _pushes(lambda raw: struct.unpack(">d", raw)[0]),
    "NONE": _makes(lambda: None),
    "NEWTRUE": _makes(lambda: True),
    "NEWFALSE": _makes(lambda: False),
    "MARK": _makes(lambda: _MARK),
    "EMPTY_DICT": _makes(dict),
    "EMPTY_LIST": _makes(list),
    "EMPTY_TUPLE": _makes(tuple),
    "EMPTY_SET": _makes(lambda: Placeholder("set")),
    "FROZENSET": _does(_unknown_set),
    "ADDITEMS": _does(_add_items),
    "TUPLE": _does(lambda machine: machine.push(tuple(machine.marked()))),
    "TUPLE1": _does(lambda machine: machine.push(machine.take(1))),
    "TUPLE2": _does(lambda machine: machine.push(machine.take(2))),
    "TUPLE3": _does(lambda machine: machine.push(machine.take(3))),
    "LIST": _does(lambda machine: machine.push(machine.marked())),
    "DICT": _does(_table),
    "APPEND": _does(lambda machine: machine.append(machine.take(1))),
    "APPENDS": _does(lambda machine: machine.append(machine.marked())),
    "SETITEM": _does(lambda machine: machine.set_items(machine.take(2))),
    "SETITEMS": _does(lambda machine: machine.set_items(machine.marked())),
    "POP": _does(lambda machine: machine.pop()),
    "POP_MARK": _does(lambda machine: machine.marked()),
    "DUP": _does(lambda machine: machine.push(machine.top())),
    "PUT": lambda machine, raw: machine.put(int(raw)),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT"), lambda machine, raw: machine.put(little(raw))),
    "MEMOIZE": _does(lambda machine: machine.memoize()),
    "GET": lambda machine, raw: machine.get(int(raw)),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), lambda machine, raw: machine.get(little(raw))),
    "GLOBAL": _global,
    "STACK_GLOBAL": _does(_stacked_global),
    "INST": _instance,
    "OBJ": _does(_object),
    "REDUCE": _does(lambda machine: _call(machine, 2)),
    "NEWOBJ": _does(lambda machine: _call(machine, 2)),
    "NEWOBJ_EX": _does(lambda machine: _call(machine, 3)),
    "BUILD": _does(lambda machine: machine.build()),
    "PERSID": lambda machine, raw: machine.refer(utf8(raw)),
    "BINPERSID": _does(lambda machine: machine.refer(*machine.take(1))),
    **dict.fromkeys(("EXT1", "EXT2", "EXT4"), _makes(lambda: Placeholder("an extension"))),
    "NEXT_BUFFER": _no_buffers,
}
