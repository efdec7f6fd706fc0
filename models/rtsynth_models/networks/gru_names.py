"""What RNNControl calls the tensors of a `gru` tier. Needs no torch: importers use it, too."""

from rtsynth.families.gru.spec import GRU_PARTS, INPUT, OUTPUT, gru_names

TIER = "audio"
DECODER = "decoder"


def plugin_names(layers: int, decoder: str = DECODER) -> dict[str, str]:
    """State-dict name -> the tier's tensor; both have PyTorch's layout.

    `decoder` is what the output layer is called.
    """
    names = {
        f"{theirs}.{part}": f"{ours}.{part}"
        for theirs, ours in (("i2h", INPUT), (decoder, OUTPUT))
        for part in ("weight", "bias")
    }
    for layer in range(layers):
        theirs = (f"gru.{part}_l{layer}" for part in GRU_PARTS)
        names |= zip(theirs, gru_names(layer), strict=True)
    return names
