"""Weights of a trained tier as the start of another that is as large or larger, and does the same.

`grown` is what to call. How each kind of growth keeps the function:

other parameters   the old conditioning vector is an affine function of the new one
                   (`conditioning`); it is multiplied into weights that read it, and into a bias
more units         old rows do not read new units; new rows are those of an untrained network
more layers        they pass on what they read (`layers`), nearly: the deviation is known
"""
