"""The tests of this folder share a merchant's shops, which stand in a module beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
