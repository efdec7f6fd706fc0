"""`gru`: a dense layer, a GRU stack, and a dense layer that gives logits."""
