"""Reading text files within bounds, and writing files whole or not at all."""
