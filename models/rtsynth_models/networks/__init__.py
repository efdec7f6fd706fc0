"""The networks of the families as PyTorch modules."""
