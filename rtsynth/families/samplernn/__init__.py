"""`samplernn`: recurrent tiers over frames of samples, and a dense one for every sample."""
