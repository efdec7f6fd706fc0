"""The engine: compiled kernels, the op tape, and `render_block`, the whole data path."""
