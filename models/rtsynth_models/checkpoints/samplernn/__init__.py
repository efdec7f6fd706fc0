"""Systems 3 to 5: checkpoints of the SampleRNNs, PyTorch's and Theano's."""
