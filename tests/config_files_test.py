#!/usr/bin/env python3
"""config/ is what the programs print: every key, its default, one sentence, and the schema for editors.

usage: config_files_test.py BIN_FOLDER [--accept]; --accept writes the files anew. Also given to the
programs as they stand: a default file that its own program refuses fails.
"""
import difflib
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
# Each with what keeps -T from looking at more than the configuration.
programs = {"sensor": ["--set", "rules.files="], "center": []}


def printed(program, *options):
    done = subprocess.run([program, *options], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{program.name} {' '.join(options)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def main():
    folder = pathlib.Path(sys.argv[1])
    accept = "--accept" in sys.argv[2:]
    stale = []
    for name, options in programs.items():
        program = folder / f"langyan-{name}"
        wanted = {
            f"{name}.yaml": printed(program, "--default-config"),
            f"{name}.schema.json": printed(program, "--config-schema"),
        }
        json.loads(wanted[f"{name}.schema.json"])
        for file, text in wanted.items():
            path = root / "config" / file
            there = path.read_text() if path.exists() else ""
            if there == text:
                continue
            if accept:
                path.write_text(text)
                print(f"config/{file}: written")
                continue
            stale.append(file)
            sys.stdout.writelines(difflib.unified_diff(
                there.splitlines(True), text.splitlines(True), f"config/{file}", f"{program.name} prints"))
        checked = printed(program, "-T", "-c", str(root / "config" / f"{name}.yaml"), *options)
        if f"{name}.yaml:" not in checked:
            sys.exit(f"{program.name} -T does not say that its values come from config/{name}.yaml")
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; take what the programs print with "
                 f"tests/config_files_test.py {folder} --accept")


main()
