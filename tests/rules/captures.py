"""The captures that the project's own rules are tested on, and which rules fire on each.

A capture is named after its file in pcaps/ without the suffix (modbus/poll), or wire/<theme>/<name>: then
tests/rules/wire/<theme>.py makes it, when the test runs.
"""
import concurrent.futures
import importlib
import json
import pathlib
import re
import subprocess
import sys

import yaml

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
sys.path[:0] = [str(here), str(root / "pcaps")]
masters = yaml.safe_load((root / "config/demo.yaml").read_text())["rules"]["addresses"]["MASTERS"]
variables = "rules.addresses.MASTERS=" + json.dumps(masters)


def themes():
    return sorted(path.stem for path in (here / "wire").glob("*.py") if path.stem not in ("__init__", "exchange"))


def write_wire(folder):
    """Writes what the generators make; returns the names, theme by theme in the order of the script."""
    from tools import pcapfile

    names = []
    for theme in themes():
        (folder / theme).mkdir(parents=True, exist_ok=True)
        for name, packets in importlib.import_module(f"wire.{theme}").captures().items():
            pcapfile.write(folder / theme / f"{name}.pcap", packets)
            names.append(f"wire/{theme}/{name}")
    return names


class Reader:
    def __init__(self, bin_folder):
        self.langyan = pathlib.Path(bin_folder) / "langyan"
        self.folder = pathlib.Path(bin_folder).resolve().parent / "rules-wire"
        self.wire = write_wire(self.folder)

    def path(self, capture):
        if capture.startswith("wire/"):
            return self.folder / (capture.removeprefix("wire/") + ".pcap")
        plain = root / "pcaps" / f"{capture}.pcap"
        return plain if plain.exists() else plain.with_suffix(".pcapng")

    def events(self, path):
        done = subprocess.run([self.langyan, "read", path, "--no-flows", "--rules", root / "rules", "--set", variables],
                              check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def alerts(self, capture):
        """[(sid, flow, packet)], in the order of the events."""
        return [(e["alert"]["signature_id"], e.get("flow_id"), e.get("pcap_cnt"))
                for e in self.events(self.path(capture)) if e["event_type"] == "alert"]

    def all_alerts(self, captures):
        with concurrent.futures.ThreadPoolExecutor(2) as two:
            return dict(zip(captures, two.map(self.alerts, captures)))

    def check(self):
        return subprocess.run([self.langyan, "rules", "check", root / "rules", "--set", variables],
                              capture_output=True, text=True)


class Rule:
    def __init__(self, theme, line):
        self.theme, self.line = theme, line
        self.sid = int(re.search(r"\bsid:(\d+);", line).group(1))
        technique = re.search(r"technique (T\d+)", line)
        self.technique = technique.group(1) if technique else None
        self.protocol = line.split()[1]

    @property
    def general(self):
        """Whether it takes an operation of any protocol, whatever else a protocol's own rule says of it."""
        return self.protocol == "ot"


def rules():
    found = {}
    for file in sorted((root / "rules").glob("*.rules")):
        for line in file.read_text().splitlines():
            if not line.startswith("#") and "sid:" in line and " noalert;" not in line:  # that one only marks a flow or host
                rule = Rule(file.stem, line)
                found[rule.sid] = rule
    return {sid: rule for sid, rule in found.items() if 9_100_000 <= sid <= 9_199_999}


def cases():
    return yaml.safe_load((here / "cases.yaml").read_text())


def of_pcaps():
    return sorted(str(path.relative_to(root / "pcaps")).rsplit(".", 1)[0]
                  for path in (root / "pcaps").glob("*/*.pcap*"))
