"""Reading untrusted pickles in bounded time and memory, without running anything in them."""
