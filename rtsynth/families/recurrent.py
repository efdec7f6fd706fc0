"""The weights of a recurrent layer, as PyTorch names and shapes them, and how large one may be."""

from typing import Annotated

from pydantic import Field

MOST_UNITS, MOST_LAYERS = 8192, 32  # far above what anybody trains
Units = Annotated[int, Field(ge=1, le=MOST_UNITS)]
Layers = Annotated[int, Field(ge=1, le=MOST_LAYERS)]
RNN_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def rnn_shapes(gates: int, hidden: int, inputs: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of a layer of `gates` gates, in the order of `RNN_PARTS`: [rows of all gates, ...]."""
    rows = gates * hidden
    return ((rows, inputs), (rows, hidden), (rows,), (rows,))
