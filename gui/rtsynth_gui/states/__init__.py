"""States of the network in front: kept, put back, morphed, looped."""
