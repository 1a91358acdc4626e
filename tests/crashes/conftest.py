"""Crashes and faults: the stories that are disturbed, and the stage that disturbs them, stand beside."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
# The second one knows how a file of the first schema looks.
for folder in (HERE, HERE.with_name("stores")):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
