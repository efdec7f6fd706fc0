"""The network of the slot in front, as it plays."""
