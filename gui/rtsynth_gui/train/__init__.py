"""Training in the window: one's own recordings become a plugin, in a process of its own."""
