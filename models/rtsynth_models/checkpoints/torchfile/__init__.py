"""Reading files of `torch.save` without torch, and without running anything in them."""
