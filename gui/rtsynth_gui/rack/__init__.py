"""The rack on the left: a strip for every slot, and the master's below them."""
