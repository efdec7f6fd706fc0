"""Layers of networks, with kernels of their own where PyTorch is slow."""
