"""Training on recordings of one's own: what is in them, clean copies, and a kind of sound."""
