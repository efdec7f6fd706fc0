"""Parameters in the unit they had before they were normalised, where the configuration asks so.

`.params` files that hold 0..1 may give the values that 0 and 1 stand for. With `original_units` a
parameter's knob then reads 200..4000 Hz, say, where the network sees 0..1.
"""

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original, read_params
from rtsynth_train.tiers.config import ParameterConfig, StackConfig
from rtsynth_train.tiers.data import data_pairs


def in_original_units(stack: StackConfig) -> StackConfig:
    """`stack` with the range, default and unit of parameters with `original_units` from the files.

    Raises:
        InputError: a file does not give them, or two differ.
    """
    wanted = [parameter for parameter in stack.parameters if parameter.original_units]
    if not wanted:
        return stack
    found: dict[str, Original] = {}
    for _, path in data_pairs(stack.data):
        tracks = read_params(path)
        for parameter in wanted:
            track = tracks.get(parameter.source)
            original = None if track is None else track.original
            if original is None:
                raise InputError(
                    f"{path}: {parameter.source!r} has no origMinval and origMaxval; take"
                    f" original_units from parameter {parameter.name!r} and give it a range"
                )
            if found.setdefault(parameter.name, original) != original:
                raise InputError(
                    f"{path}: {parameter.source!r} was normalised by another range than in the"
                    " files before it; normalise the whole set at once"
                )
    parameters = [
        _stretched(parameter, found[parameter.name]) if parameter.original_units else parameter
        for parameter in stack.parameters
    ]
    return stack.model_copy(update={"parameters": parameters})


def _stretched(parameter: ParameterConfig, original: Original) -> ParameterConfig:
    width = original.maximum - original.minimum
    low, high = parameter.network_range
    part = (parameter.default - low) / (high - low)
    return parameter.model_copy(
        update={
            "minimum": original.minimum,
            "maximum": original.maximum,
            "default": original.minimum + part * width,
            "network_minimum": None,
            "network_maximum": None,
            "unit": parameter.unit or original.unit[:32],
        }
    )
