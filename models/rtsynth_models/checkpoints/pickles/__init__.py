"""Reading pickles of strangers, in bounded time and memory, without running anything in them."""
