"""Plugins for other programs: one step of a network, written once, as ONNX and as TorchScript."""
