"""The engine as the window knows it: messages, descriptions, values."""
