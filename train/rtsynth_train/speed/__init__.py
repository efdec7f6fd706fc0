"""How fast the trainers are: beside a plain PyTorch loop, and beside what the processor can do."""
