"""The parity table: every op at every precision against plain NumPy in float64.

`ROWS` is the table. Run as a program it prints a digest of what each row computes, one line a row:
on every CPU path, and for every CPU that the code is compiled for, these must be the same.
"""

import hashlib
import sys

import numpy as np

from tests.rtsynth.engine.run import (
    parity_cells,
    parity_draws,
    parity_hidden,
    parity_matrices,
    parity_vectors,
)

PARTS = (parity_matrices, parity_cells, parity_vectors, parity_draws, parity_hidden)
ROWS = {row.name: row for part in PARTS for row in part.rows()}


def digests() -> dict[str, str]:
    """Of every row, the hash of the bits it computes."""
    found = {}
    for name, row in ROWS.items():
        digest = hashlib.sha256()
        for got, _ in row.compute():
            digest.update(np.ascontiguousarray(got).tobytes())
        found[name] = digest.hexdigest()[:16]
    return found


def main() -> None:
    from rtsynth.engine.kernels.cpu import PATH

    print(f"path\t{PATH.name}")
    for name, digest in digests().items():
        print(f"{name}\t{digest}")


if __name__ == "__main__":
    sys.exit(main())
