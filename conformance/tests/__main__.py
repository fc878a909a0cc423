"""`python3 conformance/tests`: every test of the driver, and how many passed.

`HOSHO_TEST_BINARY` names a built `hosho`, for the tests that walk its real pages; `CHROMIUM` a browser.
"""

import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

if __name__ == "__main__":
    found = unittest.defaultTestLoader.discover(str(TOP / "tests"), top_level_dir=str(TOP))
    result = unittest.TextTestRunner(verbosity=1, stream=sys.stdout).run(found)
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed")
    sys.exit(0 if result.wasSuccessful() else 1)
