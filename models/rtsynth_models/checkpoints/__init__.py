"""Reading other systems' checkpoints, without running anything in them."""
