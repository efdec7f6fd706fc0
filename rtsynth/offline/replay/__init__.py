"""Computing again what an engine played, from its event log, to the bit."""
