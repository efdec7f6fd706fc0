"""Parts of the window: rows, cards, a slot, the top and the bottom line."""
