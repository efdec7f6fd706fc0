"""The OSC address space, one module for each group of commands: their table, and what each does."""
