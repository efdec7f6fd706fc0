"""What a seed of random numbers may be."""

from rtsynth.common.errors import InputError

LARGEST_SEED = 2**53  # what a float64 holds exactly


def check_seed(seed: float, error: type[InputError] = InputError) -> None:
    """Refuse a seed that is none; nothing is rounded to one.

    Raises:
        InputError: not a whole number in 0..2^53.
    """
    if not 0 <= seed <= LARGEST_SEED or seed != int(seed):
        raise error(f"seed {seed}: seeds are whole numbers from 0 to 2^53")
