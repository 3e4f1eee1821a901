#!/usr/bin/env python3
"""docs/reference/ is what the programs print. usage: reference_test.py BIN_FOLDER [--accept]"""
import difflib
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
tool = pathlib.Path(sys.argv[1]) / "langyan"
pages = {"fields.md": ("fields", "--markdown"), "detections.md": ("catalogue", "--markdown"), "rules.md": ("rules", "keywords")}
failed = 0
for name, words in pages.items():
    path = root / "docs/reference" / name
    now = subprocess.run([tool, *words], check=True, capture_output=True, text=True).stdout
    before = path.read_text() if path.exists() else ""
    if now == before:
        continue
    if "--accept" in sys.argv:
        path.parent.mkdir(exist_ok=True)
        path.write_text(now)
        continue
    failed += 1
    diff = difflib.unified_diff(before.splitlines(), now.splitlines(), f"docs/reference/{name}", f"langyan {' '.join(words)}", lineterm="", n=0)
    print("\n".join(list(diff)[:10]))
    print(f"stale: tests/reference_test.py {sys.argv[1]} --accept writes it anew")
print(f"{len(pages) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
