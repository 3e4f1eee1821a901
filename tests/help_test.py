#!/usr/bin/env python3
"""Each command that `langyan --help` lists tells by `langyan COMMAND --help` and `langyan help COMMAND` what that list has of it.

usage: help_test.py BIN_FOLDER
"""
import pathlib
import re
import subprocess
import sys

tool = pathlib.Path(sys.argv[1]) / "langyan"


def said(*words):
    done = subprocess.run([tool, *words], capture_output=True, text=True)
    return done.returncode, done.stdout


status, whole = said("--help")
commands = sorted(set(re.findall(r"^  langyan ([a-z]+)", whole, re.M)))
faults = [] if status == 0 and len(commands) > 10 else [f"langyan --help ends with {status} and lists {commands}"]
rest = whole[whole.index("\nThe center"):]
for command in commands:
    wanted = "".join(re.findall(rf"^  langyan {command}\b.*\n.*\n", whole, re.M)) + rest
    for words in ((command, "--help"), ("help", command), ("--help", command), (command, "ls", "--help")):
        if said(*words) != (0, wanted):
            faults.append(f"langyan {' '.join(words)}: {said(*words)}")
if said("nothing", "--help")[0] != 2:
    faults.append("a command that is not there has help")
print("\n".join(faults) or f"{len(commands)} commands")
sys.exit(1 if faults else 0)
