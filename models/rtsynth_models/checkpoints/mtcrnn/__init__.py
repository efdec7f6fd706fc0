"""System 1: MTCRNN's run folders."""
