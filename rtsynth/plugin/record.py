"""What all objects in a manifest are."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Immutable, strict about field names, finite numbers only where a number is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
