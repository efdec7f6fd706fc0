"""SampleRNN checkpoints and their answers (tests/fixtures/samplernn_*), and Python 2's pickles."""

from pathlib import Path

import numpy as np

from tests.places import FIXTURES

FOLDER = FIXTURES
TORCH = FOLDER / "samplernn_torch" / "small" / "small_epoch_1_iter_7_model.pt"
GRU_FIXTURE = FOLDER / "rnncontrol" / "default"
THEANO = sorted((FOLDER / "samplernn_theano").glob("*/params_e0_i100.pkl"))


def golden_of(checkpoint: Path) -> dict[str, np.ndarray]:
    """codes [T], logits [T - first_sample, Q] of a checkpoint's own code."""
    with np.load(checkpoint.parent / "golden.npz") as file:
        return dict(file)


def python2_pickle(arrays: dict[str, np.ndarray]) -> bytes:
    """As `cPickle.dump(arrays, file)` of Python 2 writes it: protocol 0, strings as they are."""
    return b"(d" + b"".join(map(_entry, arrays, arrays.values())) + b"."


def _entry(name: str, array: np.ndarray) -> bytes:
    shape = b"".join(b"I%d\n" % size for size in array.shape)
    array_order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    data = repr(array.tobytes(array_order)).removeprefix("b").encode()
    order = b">" if array.dtype.byteorder == ">" else b"<"
    return (
        b"S%r\n" % name
        + b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
        + b"(I1\n(%st" % shape
        + b"cnumpy\ndtype\n(S'%s'\nI0\nI1\ntR" % array.dtype.str[1:].encode()
        + b"(I3\nS'%s'\nNNNI-1\nI-1\nI0\ntb" % order
        + (b"I01\n" if array_order == "F" else b"I00\n")
        + b"S%s\ntbs" % data.decode("ascii").encode()
    )
