"""What the people of the works would give their sensor: zones, masters, a ledger of the devices and the announced work."""

import csv
import json

from plant import site

roles = {"controller": "controller", "rtu": "rtu", "field": "field_device", "drive": "field_device", "gateway": "gateway",
         "hmi": "hmi", "switch": "network", "it": "workstation", "server": "server"}
roles_by_name = {"SCADA-1": "scada", "SCADA-2": "scada", "HIST-1": "historian", "EWS-1": "engineering"}
masters_too = (*roles_by_name, "OPC-1")
learned = 0.597  # of the hours; the first act of the story comes at 0.6


def zone_name(zone):
    return zone.replace("-", "_")  # as configuration files spell names


def write(day, capture):
    """capture.yaml, and beside it the files it names."""
    ledger, windows = capture.with_suffix(".ledger.csv"), capture.with_suffix(".windows.yaml")
    with open(ledger, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "address", "MAC", "role", "level", "location"])
        for host in site.hosts.values():
            mac = "" if host.office() else host.mac
            rows.writerow([host.name, host.ip, mac, roles_by_name.get(host.name, roles[host.kind]), host.level.split(".")[0], host.zh])
    with open(windows, "w", encoding="utf-8") as file:
        file.write("windows:\n")
        for each in day.windows:
            named = {"name": each["reason"], "zone": zone_name(each["zone"])} | {key: each[key] for key in ("who", "verbs", "from", "to")}
            file.write(f"  - {json.dumps(named, ensure_ascii=False)}\n")
    zones = {}
    for host in site.hosts.values():
        if host.zone:
            zones.setdefault(zone_name(host.zone), []).append(host.ip)
    masters = [host.ip for host in site.hosts.values() if host.kind == "hmi" or host.name in masters_too]
    said = {"rules": {"addresses": {"MASTERS": masters}},
            "assets": {"ledger": str(ledger)},
            "baseline": {"mode": "learn", "learn_for": f"{round(day.hours * 60 * learned)}m", "zones": zones, "maintenance": str(windows)}}
    with open(capture.with_suffix(".yaml"), "w", encoding="utf-8") as file:
        file.write(f"# {site.name['en']}: a sensor for {capture.name}, by make_plant.py --settings\n")
        json.dump(said, file, ensure_ascii=False, indent=1)  # JSON is YAML
        file.write("\n")
