"""Asks tshark about every capture and compares with what its script promises.

    verify.py            check all captures, or those named (modbus/poll); 1 on a difference
    verify.py --readme   write the table of pcaps/README.md anew

A script's docstring is its entry: first what the capture shows, then lines
    kind: R | C | S      with ", edited" where frames were changed afterwards
    stack: who talks
    malformed: yes       tshark may mark frames as malformed here, and must mark none elsewhere
    tshark: OPTIONS      how tshark must be told to decode it
    expect: FILTER => N  so many frames match the display filter; N+ for at least N
"""

import ast
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

folder = Path(__file__).resolve().parents[1]
readme = folder / "README.md"
table_mark = "<!-- table: tools/verify.py --readme -->"
total_limit = 1_500_000  # bytes of all captures together
suffixes = (".pcap", ".pcapng")
quiet = {"eth", "ethertype", "data", "ip", "ipv6", "frame", "vlan", "sll", "tcp", "raw", "text",
         "tcp.segments", "mbtcp", "ip.fragments", "ipv6.fraghdr", "ipv6.hopopts", "ipv6.routing"}
keys = ("kind", "stack", "malformed", "tshark", "expect")


class Entry:
    """A capture and what its script says of it."""

    def __init__(self, capture):
        self.capture = capture
        self.name = str(capture.relative_to(folder).with_suffix(""))
        self.script = script_of(capture)
        self.said = {"expect": []}
        prose = []
        for line in docstring(self.script).splitlines():
            key, _, value = line.partition(": ")
            if key == "expect":
                self.said["expect"].append(value.strip())
            elif key in keys:
                self.said[key] = value.strip()
            else:
                prose.append(line.strip())
        self.shows = " ".join(" ".join(prose).split())

    def options(self):
        return shlex.split(self.said.get("tshark", ""))


def script_of(capture):
    for suffix in (".py", ".js", ".sh"):
        if capture.with_suffix(suffix).exists():
            return capture.with_suffix(suffix)
    raise SystemExit(f"{capture} has no script beside it")


def docstring(script):
    text = script.read_text()
    if script.suffix == ".py":
        return ast.get_docstring(ast.parse(text)) or ""
    return re.search(r"/\*\*?(.*?)\*/", text, re.S).group(1).replace("\n * ", "\n").strip()


def entries(names=()):
    found = sorted(p for s in suffixes for p in folder.glob(f"*/*{s}"))
    made = [Entry(p) for p in found]
    return [e for e in made if not names or e.name in names]


def tshark(entry, *words):
    command = ["tshark", "-n", "-r", str(entry.capture), *entry.options(), *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"tshark failed on {entry.capture}: {done.stderr.strip()}")
    return done.stdout


def matches(entry, display_filter):
    # -2: a filter sees what the whole capture tells, as in the window of Wireshark.
    lines = tshark(entry, "-2", "-Y", display_filter, "-T", "fields", "-e", "frame.number")
    return len(lines.splitlines())


def protocols(entry):
    """Frames by protocol above TCP or UDP, the innermost that tshark names."""
    counts = Counter()
    for line in tshark(entry, "-T", "fields", "-e", "frame.protocols").splitlines():
        names = [p for p in line.split(":") if p not in quiet]
        for name in dict.fromkeys(names):
            counts[name] += 1
        if not names:
            counts["tcp" if "tcp" in line.split(":") else "other"] += 1
    return counts


def check(entry):
    wrong = []
    for line in entry.said["expect"]:
        display_filter, wanted = (part.strip() for part in line.rsplit("=>", 1))
        seen = matches(entry, display_filter)
        fits = seen >= int(wanted[:-1]) if wanted.endswith("+") else seen == int(wanted)
        if not fits:
            wrong.append(f"{display_filter}: {seen} frames, {wanted} promised")
    malformed = matches(entry, "_ws.malformed || _ws.short")
    if malformed and entry.said.get("malformed") != "yes":
        wrong.append(f"{malformed} frames malformed or short")
    if entry.said.get("malformed") != "yes":
        sums = "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0"
        wanted = [w for name in ("ip", "tcp", "udp") for w in ("-o", f"{name}.check_checksum:TRUE")]
        bad = len(tshark(entry, *wanted, "-Y", sums).splitlines())
        if bad:
            wrong.append(f"{bad} frames with a wrong checksum")
    return wrong


def table(found):
    lines = ["| capture | shows | frames | bytes | tshark | kind |", "|---|---|---|---|---|---|"]
    for entry in found:
        counts = protocols(entry)
        frames = len(tshark(entry, "-T", "fields", "-e", "frame.number").splitlines())
        names = ", ".join(f"{n} {c}" for n, c in sorted(counts.items()))
        kind = entry.said["kind"] + (f": {entry.said['stack']}" if "stack" in entry.said else "")
        path = entry.capture.relative_to(folder)
        size = entry.capture.stat().st_size
        lines.append(f"| [{path}]({path}) | {entry.shows} | {frames} | {size} | {names} | {kind} |")
    return "\n".join(lines) + "\n"


def main(words):
    if words == ["--readme"]:
        head, _, _ = readme.read_text().partition(table_mark)
        readme.write_text(f"{head}{table_mark}\n{table(entries())}")
        return 0
    failed = 0
    found = entries(words)
    for entry in found:
        wrong = check(entry)
        failed += bool(wrong)
        print(f"{'WRONG' if wrong else 'ok   '} {entry.name}")
        for line in wrong:
            print(f"      {line}")
    size = sum(e.capture.stat().st_size for e in found)
    if size > total_limit:
        print(f"WRONG the captures take {size} bytes, {total_limit} are allowed")
        failed += 1
    if not words and readme.read_text().partition(table_mark)[2] != "\n" + table(found):
        print("WRONG the table of README.md is not of these captures; run make.sh --readme")
        failed += 1
    print(f"{len(found)} captures, {size} bytes, {failed} wrong")
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
