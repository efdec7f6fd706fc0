"""Takes: recordings are made, listed, played, renamed and deleted."""
