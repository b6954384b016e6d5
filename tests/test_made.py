"""Every made file is rebuilt from what it is made of, and compared."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_nothing_made_has_drifted(root: Path) -> None:
    srm = Path(sys.executable).with_name("srm")
    done = subprocess.run(
        [srm, "build", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
