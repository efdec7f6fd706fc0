"""The documentation's own code is not a package that is installed: it is found in docs/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
