"""The ops: what one step of a tape can do, each declared once.

A family's compile function writes them through `rtsynth.engine.program.builder`;
`rtsynth.engine.run.tape` executes them. Offsets are in floats: `weights` in the program's weights,
`task` and `op` are numbers, sizes of outputs are whole vectors, and every other place is in the
arena of a voice. On the tape an op is a row of whole numbers: its code, then its fields.
"""

from typing import Any, NamedTuple, get_args

import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray


class Matrix(NamedTuple):
    """target = activation(W source + b), both packed at `weights`."""

    kind: int  # FLOAT32, or INT8 or INT4 of a quantised source
    weights: int
    source: int
    inputs: int
    target: int
    panels: int
    groups: int
    activation: int
    weight_bytes: int
    task: int = 0  # as which an `Ahead` may have begun it; 0 for none


class Ahead(NamedTuple):
    """Let helpers begin a matrix that the tier's next step will need."""

    op: int  # its number on the tape
    divider: int = 0  # samples until that step


class Quantise(NamedTuple):
    """target = source as bytes."""

    source: int
    inputs: int
    target: int


class GruGates(NamedTuple):
    """The state of a GRU cell after its two matrices."""

    from_input: int
    from_state: int
    state: int
    hidden: int


class GruReset(NamedTuple):
    """target = the state after the reset, for a GRU that resets before the candidate's matrix."""

    from_input: int
    from_state: int
    state: int
    target: int
    hidden: int


class GruMove(NamedTuple):
    """The state of such a cell."""

    from_input: int
    from_state: int
    candidate: int
    state: int
    hidden: int


class LstmGates(NamedTuple):
    """The state of an LSTM cell after its two matrices."""

    from_input: int
    from_state: int
    cell: int
    state: int
    hidden: int


class PhasedGates(NamedTuple):
    """The state of a phased LSTM cell; `weights`: period, phase and open share of its units."""

    weights: int
    from_input: int
    from_state: int
    cell: int
    state: int
    hidden: int
    scratch: int
    divider: int


class Tanh(NamedTuple):
    """target = tanh(source)."""

    source: int
    target: int
    size: int


class Copy(NamedTuple):
    """target = source."""

    source: int
    target: int
    size: int


class AddSlice(NamedTuple):
    """target = activation(left + a slice of right): the next one every `divider` samples."""

    left: int
    right: int
    slices: int
    divider: int
    target: int
    size: int
    activation: int


class EmbeddingSum(NamedTuple):
    """target = the sum of a row of each table, those of `codes`."""

    weights: int
    codes: int
    tables: int  # [tables, levels, size]
    levels: int
    target: int
    size: int
    small: int  # 1: tables of bytes


class ClassWeights(NamedTuple):
    """target = the weights of classes."""

    source: int
    target: int
    classes: int


class Recall(NamedTuple):
    """Copy what `Keep` has kept for the last code, and skip the ops in between."""

    conditioning: int
    inputs: int  # of the conditioning
    kept: int  # the conditioning that the results are for
    stamps: int  # [levels] 1 where there is a result
    levels: int
    table: int = 0  # [levels, size]
    target: int = 0
    size: int = 0
    skip: int = 0  # ops


class Keep(NamedTuple):
    """Keep what was computed for the last code."""

    stamps: int
    table: int
    target: int
    size: int


class Upsample(NamedTuple):
    """target = a value that a tier above generates, as its controls have it.

    `weights`: low, high - low, and the limits of its shape. The rows of its take, offset and scale
    follow each other.
    """

    weights: int
    current: int
    previous: int
    target: int
    divider: int
    linear: int
    knob_row: int
    take_row: int
    shaped_by: int


class Normal(NamedTuple):
    """Draw `size` values from normal distributions whose parameters lie `stride` apart."""

    mu: int
    sigma: int
    size: int
    stride: int
    current: int
    previous: int
    beta_row: int


class MixtureHead(NamedTuple):
    """Widths and probabilities, in place, of the network's output [components, size]."""

    sigma: int
    pi: int
    components: int
    size: int
    beta_row: int


class Mixture(NamedTuple):
    """Draw `size` values from mixtures of normal distributions."""

    mu: int
    sigma: int
    pi: int
    components: int
    size: int
    current: int
    previous: int


class Categorical(NamedTuple):
    """Draw a code from logits: it becomes the output and the next input."""

    logits: int
    levels: int
    scratch: int


class Alter(NamedTuple):
    """target = scale source + noise, as the controls of an opened layer have it.

    `scale_row` and the row behind it; `stream` of the random numbers.
    """

    source: int
    target: int
    units: int
    scale_row: int
    stream: int


class Freeze(NamedTuple):
    """Where a section is frozen: give what it gave, or a step of a loop of that, and skip ops.

    `row` and the row behind it: what is done, and the steps of the loop.
    """

    row: int
    ring: int  # [RING_HEAD + steps * floats]
    steps: int
    at: int = 0  # of what the section gives
    previous: int = -1  # where what it gave before that is; -1: nowhere
    floats: int = 0
    skip: int = 0  # ops


class Remember(NamedTuple):
    """Keep what a section gives for its `Freeze`."""

    ring: int
    steps: int
    at: int
    floats: int


Op = (
    Matrix
    | Ahead
    | Quantise
    | GruGates
    | GruReset
    | GruMove
    | LstmGates
    | PhasedGates
    | Tanh
    | Copy
    | AddSlice
    | EmbeddingSum
    | ClassWeights
    | Recall
    | Keep
    | Upsample
    | Normal
    | MixtureHead
    | Mixture
    | Categorical
    | Alter
    | Freeze
    | Remember
)
OPS: tuple[type[Op], ...] = get_args(Op)  # an op's code is its place here
FIELDS = 1  # where in a row its fields begin
OP_WORDS = -(-(FIELDS + max(len(op._fields) for op in OPS)) // 4) * 4


def row_of(op: Op) -> list[int]:
    """An op as a row of `Program.ops`."""
    words = [OPS.index(type(op)), *op]
    return words + [0] * (OP_WORDS - len(words))


def op_of(row: NDArray[np.int32]) -> Op:
    """The op of a row of `Program.ops`."""
    kind = OPS[int(row[0])]
    return kind(*(int(word) for word in row[FIELDS : FIELDS + len(kind._fields)]))


@intrinsic
def code_of(typing_context: Any, kind: Any) -> Any:
    """In compiled code: the code of a class of op, a constant."""
    code = OPS.index(kind.instance_class)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.get_constant(types.int64, code)

    return types.int64(kind), codegen
