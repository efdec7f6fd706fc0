"""The picture of how-to/judge.md: `python docs/sounds/judge.py RUN ...`, of runs and plugins.

The one that is there is of `runs/rain runs/knob pops`, after

    rtsynth prepare pops runs/pops --files 5 --seconds 6
    rtsynth train runs/pops --kind texture --time 2min --out runs/rain
    rtsynth train runs/pops --kind note --time 2min --from clarinet-trumpet --out runs/knob

Needs what `pip install "rtsynth[train]"` brings, and Chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from rtsynth_train.judge.comparison import Comparison
from rtsynth_train.judge.subject import read_subjects

DOCS = Path(__file__).parents[1]
SIZE = "1280,2300"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        Comparison(read_subjects(sys.argv[1:])).write_page(page)
        picture = DOCS / "images" / "judge.png"
        words = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        words += [f"--window-size={SIZE}", f"--screenshot={picture}", page.as_uri()]
        subprocess.run(["chromium", *words], check=True)
