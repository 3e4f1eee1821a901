#!/usr/bin/env python3
"""docs/reference/coverage.md: which techniques of ATT&CK for ICS the project's own rules and the decoders'
detections show, in which protocols, and on which captures that is tried. Gaps are rows too.

usage: coverage.py [--accept]
Without --accept it fails where the page is not what rules, cases and detections make of it.
"""
import collections
import re
import sys

import yaml

from captures import cases, root, rules

page = root / "docs/reference/coverage.md"

# ATT&CK for ICS v18: the techniques that have a network data component.
techniques = {
    "T0800": "Activate Firmware Update Mode", "T0801": "Monitor Process State", "T0802": "Automated Collection",
    "T0803": "Block Command Message", "T0804": "Block Reporting Message", "T0805": "Block Serial COM",
    "T0806": "Brute Force I/O", "T0812": "Default Credentials", "T0814": "Denial of Service",
    "T0816": "Device Restart/Shutdown", "T0817": "Drive-by Compromise", "T0819": "Exploit Public-Facing Application",
    "T0822": "External Remote Services", "T0830": "Adversary-in-the-Middle", "T0836": "Modify Parameter",
    "T0838": "Modify Alarm Settings", "T0839": "Module Firmware", "T0843": "Program Download", "T0845": "Program Upload",
    "T0846": "Remote System Discovery", "T0848": "Rogue Master", "T0855": "Unauthorized Command Message",
    "T0856": "Spoof Reporting Message", "T0857": "System Firmware", "T0858": "Change Operating Mode",
    "T0860": "Wireless Compromise", "T0861": "Point & Tag Identification", "T0863": "User Execution",
    "T0864": "Transient Cyber Asset", "T0865": "Spearphishing Attachment", "T0866": "Exploitation of Remote Services",
    "T0867": "Lateral Tool Transfer", "T0868": "Detect Operating Mode", "T0869": "Standard Application Layer Protocol",
    "T0878": "Alarm Suppression", "T0883": "Internet Accessible Device", "T0884": "Connection Proxy",
    "T0885": "Commonly Used Port", "T0886": "Remote Services", "T0887": "Wireless Sniffing",
    "T0888": "Remote System Information Discovery", "T0889": "Modify Program", "T0891": "Hardcoded Credentials",
    "T0892": "Change Credential",
}  # fmt: skip
# Techniques without a network component in ATT&CK that a command on the wire shows all the same.
further = {
    "T0809": "Data Destruction", "T0831": "Manipulation of Control", "T0835": "Manipulate I/O Image",
    "T0837": "Loss of Protection", "T0859": "Valid Accounts", "T0872": "Indicator Removal on Host",
}  # fmt: skip
# Why a technique has neither rule nor detection, or what its rules leave open.
gaps = {
    "T0803": "Commands without answer are seen; a connection that is reset right behind a command is not yet.",
    "T0805": "A seized serial port shows only as silence of the devices behind a gateway: needs what is learned of periods.",
    "T0839": "Only files put on a module by FTP; else a module's firmware is not told from the device's: see T0857.",
    "T0860": "The wire shows an unknown host only; needs what is learned of assets.",
    "T0864": "Needs what is learned of assets: when a host was first seen.",
    "T0887": "Radio is out of sight of a mirror port.",
}


def detections():
    """technique -> {protocol: number} of the decoders' own."""
    found = collections.defaultdict(collections.Counter)
    for line in (root / "docs/reference/detections.md").read_text().splitlines():
        if row := re.match(r"\| (\d+) \| `([a-z0-9_]+)\.[^`]+` \| \w+ \| (T\d+)? ", line):
            if row.group(3):
                found[row.group(3)][row.group(2)] += 1
    return found


def listed(words):
    return ", ".join(f"`{word}`" for word in sorted(words)) or "—"


def table(names, own, tried, seen):
    yield "| technique | own rules | of protocols | decoders' detections | captures: firing / silent | left open |"
    yield "|---|---|---|---|---|---|"
    for technique, name in names.items():
        mine = [rule for rule in own.values() if rule.technique == technique]
        fires = {capture for rule in mine for capture in tried[rule.sid]["fires"]}
        silent = {capture for rule in mine for capture in tried[rule.sid]["silent"]}
        from_decoders = ", ".join(f"{protocol} {n}" for protocol, n in sorted(seen[technique].items())) or "—"
        gap = gaps.get(technique, "" if mine or seen[technique] else "No rule yet.")
        yield (f"| {technique} {name} | {len(mine) or '—'} | {listed({rule.protocol for rule in mine})} | {from_decoders} "
               f"| {len(fires)} / {len(silent)} | {gap} |")


def families(own):
    """A row a rule of families.rules, and how sure its meaning says it is."""
    yield "| family: what is seen | technique | protocol | sureness |"
    yield "|---|---|---|---|"
    for sid, text in yaml.safe_load((root / "rules/families.yaml").read_text()).items():
        sure = re.search(r"\b(sure|likely|possible)\b", text["meaning"]["en"], re.IGNORECASE)
        yield f"| {text['title']['en']} | {text['technique']} | `{own[sid].protocol}` | {sure.group(1).lower() if sure else '—'} |"


def made():
    own, tried, seen = rules(), cases(), detections()
    captures = {c for case in tried.values() for c in (*case["fires"], *case["silent"])}
    covered = sum(1 for t in techniques if any(r.technique == t for r in own.values()))
    decoded = sum(1 for t in techniques if seen[t] and not any(r.technique == t for r in own.values()))
    unknown = {r.technique for r in own.values()} - set(techniques) - set(further)
    if unknown:
        sys.exit(f"coverage.py knows no names of {sorted(unknown)}")
    protocols = collections.Counter(rule.protocol for rule in own.values())
    lines = [
        "# What the rules cover", "",
        "Made by `tests/rules/coverage.py --accept` from `rules/`, `tests/rules/cases.yaml` and the detections of the decoders.", "",
        f"{len(own)} rules of the project's own, each with a firing and a silent capture ({len(captures)} captures, "
        f"{sum(c.startswith('wire/') for c in captures)} of them written by the test). Of the {len(techniques)} techniques of ATT&CK for ICS "
        f"with a network component {covered} have rules, {decoded} more only detections of decoders, "
        f"{len(techniques) - covered - decoded} neither.", "",
        "## Techniques with a network component", "", *table(techniques, own, tried, seen), "",
        "## Others that a command on the wire shows", "", *table(further, own, tried, seen), "",
        "## Families of malware and campaigns", "",
        "Forms of exploits that decoders know themselves (MS17-010, DoublePulsar, PsExec, MS_T120) stand with the detections.", "",
        *families(own), "",
        "## Rules by protocol", "",
        "`ot` are rules over the operations of every protocol. A protocol that is missing here has those, and its decoder's detections.", "",
        "| protocol | rules | techniques |", "|---|---|---|",
        *(f"| `{p}` | {n} | {', '.join(sorted({r.technique for r in own.values() if r.protocol == p}))} |" for p, n in sorted(protocols.items())),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


now = made()
if "--accept" in sys.argv:
    page.write_text(now)
elif not page.exists() or page.read_text() != now:
    sys.exit(f"{page.relative_to(root)} is not what the rules say; tests/rules/coverage.py --accept writes it")
print(f"{page.relative_to(root)}: {len(now.splitlines())} lines")
