"""Physical controls and what they move: bindings, take-over, learning, and what arrives."""
