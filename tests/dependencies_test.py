#!/usr/bin/env python3
"""Every package install.sh installs has its line in docs/dependencies.md, and the other way round."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
installed = set(subprocess.run([root / "install.sh", "list"], check=True, capture_output=True, text=True).stdout.split())
rows = [line.split("|")[1] for line in (root / "docs/dependencies.md").read_text().splitlines() if line.startswith("| ")]
explained = {name.strip() for row in rows[1:] for name in re.split(r",", row)}
for name in sorted(installed ^ explained):
    print(f"{name}: {'no line in docs/dependencies.md' if name in installed else 'not installed by install.sh'}")
print(f"{len(installed & explained)} passed, {len(installed ^ explained)} failed")
sys.exit(1 if installed ^ explained else 0)
