"""`mtcrnn`: the networks of MTCRNN, for audio and for parameters at lower rates."""
