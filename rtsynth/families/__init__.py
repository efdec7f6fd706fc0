"""Model families: what each one's tiers are (`spec`), and how they are compiled (`tape`).

A family is a package and one entry point in the group `rtsynth.families`, which names the object
in its `spec`. See `rtsynth.plugin.family`.
"""
