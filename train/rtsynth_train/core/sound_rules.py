"""The keys of [data] that say how recordings are taken; every trainer has them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

_FIELDS = ("channels", "trim", "trim_margin_s", "level", "remove_dc")


class SoundRules(BaseModel):
    """What is done to a recording before it is quantised, at its own rate; then it is resampled."""

    channels: Literal["mix"] | Annotated[int, Field(ge=1, le=1024)] = "mix"
    """`mix` takes the mean of all channels, a number that channel alone (1: the first, or left)."""
    trim: bool = False
    """Cut off the silence at both ends: what is 50 dB or more below the loudest 10 ms."""
    trim_margin_s: Annotated[float, Field(ge=0, le=10)] = 0.02
    """Seconds of it that are left at each end."""
    level: Literal["keep", "peak", "loudness"] = "keep"
    """`keep` scales only what is more than 1.5 times full scale; `peak` scales every recording to a
    peak of 0.9, `loudness` to -20 LUFS (or to that peak, where it would be beyond). The last two
    take away differences in level, also those that a parameter is to make."""
    remove_dc: bool = False
    """Take away the constant offset."""
    held_out_from: Literal["end", "sound"] = "end"
    """Where the held-out share of a recording is: at its `end`, or at the end of its `sound`, the
    silence behind that left out altogether."""

    def rules(self) -> dict[str, Any]:
        """Those that decide what the samples are and are not at their default."""
        return {
            name: getattr(self, name)
            for name in _FIELDS
            if getattr(self, name) != type(self).model_fields[name].default
        }


AS_THEY_ARE = SoundRules()
