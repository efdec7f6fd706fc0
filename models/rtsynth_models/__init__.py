"""Network families as PyTorch modules, and importers of other systems' checkpoints."""
