"""What is compiled code's input: the memory layout, ops and tables of a plugin."""
