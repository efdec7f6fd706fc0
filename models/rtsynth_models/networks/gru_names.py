"""What RNNControl calls the tensors of a `gru` tier, and its codec. Imports no torch."""

from rtsynth.families.gru.spec import INPUT, OUTPUT, gru_names
from rtsynth.families.recurrent import RNN_PARTS

TIER = "audio"
CODEC = "mu_law_round"  # RNNControl's own
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
        theirs = (f"gru.{part}_l{layer}" for part in RNN_PARTS)
        names |= zip(theirs, gru_names(layer), strict=True)
    return names
