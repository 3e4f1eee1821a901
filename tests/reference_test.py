#!/usr/bin/env python3
"""docs/reference/ and the console's table of fields are what the programs print. usage: reference_test.py BIN_FOLDER [--accept]"""
import difflib
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
tool = pathlib.Path(sys.argv[1]) / "langyan"
pages = {
    "docs/reference/fields.md": ("fields", "--markdown"),
    "docs/reference/detections.md": ("catalogue", "--markdown"),
    "docs/reference/rules.md": ("rules", "keywords"),
    "src/console/src/generated/fields.ts": ("fields", "--typescript"),
}
failed = 0
for name, words in pages.items():
    path = root / name
    now = subprocess.run([tool, *words], check=True, capture_output=True, text=True).stdout
    before = path.read_text() if path.exists() else ""
    if now == before:
        continue
    if "--accept" in sys.argv:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now)
        continue
    failed += 1
    diff = difflib.unified_diff(before.splitlines(), now.splitlines(), name, f"langyan {' '.join(words)}", lineterm="", n=0)
    print("\n".join(list(diff)[:10]))
    print(f"stale: tests/reference_test.py {sys.argv[1]} --accept writes it anew")
print(f"{len(pages) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
