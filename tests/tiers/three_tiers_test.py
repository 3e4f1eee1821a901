#!/usr/bin/env python3
"""Sensors, enterprise, province and nation as programs of their own on one machine: what each tier has, a link cut and mended, a rule
pack pushed down that then fires, and a notice issued at the nation, received, mended, reported, sent back because the traffic still
shows the fault, and closed.

usage: three_tiers_test.py BIN_FOLDER
"""
import argparse
import collections
import pathlib
import shutil
import sys
import tempfile

from tiers import Tier, differences, identities, patience, wait_for
from kit import Sensor, industrial, root

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
args.bin = args.bin.resolve()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-three-tiers-"))
trusted = (f"packs.keys={data / 'cert.pub'}",)
nation = Tier(args.bin, data, "nation", "cn", trusted)
province = Tier(args.bin, data, "province", "cn/js", trusted)
enterprise = Tier(args.bin, data, "works-7", "cn/js/works-7", trusted)
tiers = (nation, province, enterprise)
released = {"alert", "asset", "gap", "health", "stats"}
failures, sensors = [], {}
pack_sid = 9_800_001


def say(text):
    print(text, flush=True)


def sensor(name, area):
    """A sensor of the enterprise, in an area of it."""
    folder = data / name
    folder.mkdir()
    token = enterprise.token(name, "--organisation", f"cn/js/works-7/{area}", name=f"token-{name}")
    shutil.copy(token, folder / "token")
    sensors[name] = Sensor(args.bin, folder, enterprise.link.port, settings=(f"sensor.name={name}", f"rules.pack_keys={data / 'cert.pub'}"))


def watch(name, source):
    """The sensor takes in captures, as if they were of now, and ends."""
    sensors[name].port = enterprise.link.port
    sensors[name].start(source)
    if (status := sensors[name].process.wait(timeout=patience)) != 0:
        sys.exit(f"FAILED: sensor {name} ended with {status}: {sensors[name].log.read_text()[-1000:]}")


def step(tier, action, reason=None):
    told = tier.langyan("notices", action, notice, *(["--reason", reason] if reason else []))
    say(f"  {tier.name:9} langyan notices {action + ':':9} {' '.join(told.split()[1:3])}" + (f", \"{reason}\"" if reason else ""))


def seen(tier):
    return tier.ask(f"/api/v1/notices/{notice}")


def arrives(tier, state):
    def there():
        return any(each["id"] == notice for each in tier.ask("/api/v1/notices")["notices"]) and seen(tier)["state"]["word"] == state
    wait_for(f"the notice is {state} at {tier.name}", there)


def push_pack():
    """From a key to an alert: made, issued at the nation, handed down, used by a sensor of the works, and seen at the nation."""
    rules = data / "cn-ot.rules"
    rules.write_text(f'alert modbus any any -> any any (msg:"国家预警试验 a register is written"; ot.verb:write; sid:{pack_sid}; rev:1;)\n')
    nation.langyan("packs", "make", "cn-ot", "--version", "1", "--key", data / "cert.key", "--out", data / "cn-ot.pack", "--issuer", "示例预警中心", rules)
    nation.langyan("packs", "push", data / "cn-ot.pack", "--organisation", "cn", role="security")
    say("\nThe nation issues a rule pack: langyan packs push cn-ot.pack --organisation cn")
    wait_for("the pack is at the works", lambda: any(each["name"] == "cn-ot" for each in enterprise.ask("/api/v1/packs")["packs"]))
    def fetched():  # its shipper hears of the pack and fetches it
        watch("pump-1", ["-r", root / "pcaps" / "modbus" / "poll.pcap"])
        return list((data / "pump-1" / "spool").rglob("cn-ot*"))
    wait_for("the sensor has the pack", fetched)
    watch("pump-1", ["-r", root / "pcaps" / "modbus"])
    compare("The pack fires")
    found = {tier.name: sum(row["count"] for row in tier.ask("/api/v1/top?dimension=sid&from=-30d&n=1000")["rows"] if str(row["value"]) == str(pack_sid)) for tier in tiers}
    say(f"  alerts of the pack's rule: {found}")
    if len(set(found.values())) != 1 or not found["nation"]:
        failures.append(f"alerts of the pack's rule: {found}")


def of_sensors(tier):
    return identities([row for row in tier.rows() if row[0] in sensors], released)


def everywhere(what):
    """Waits until the upper tiers have all that is released."""
    wanted = of_sensors(enterprise)
    wait_for(f"{what}: {len(wanted)} events at each tier",
             lambda: all(set(wanted) <= set(of_sensors(tier)) for tier in tiers), every=0.2)
    return wanted


def compare(what):
    """Says what each tier has once it has all, and holds one against the other."""
    wanted = everywhere(what)
    say(f"\n{what}")
    say(f"  {'':10}{'all':>7} " + "".join(f"{kind:>8}" for kind in sorted(released)) + "   alerts by signature")
    for tier in tiers:
        rows = [row for row in tier.rows() if row[0] in sensors]
        types = collections.Counter(row[4] for row in rows)
        failures.extend(differences(wanted, of_sensors(tier), f"{what}: {tier.name}"))
        if tier is not enterprise and set(types) - released:
            failures.append(f"{what}: {tier.name} has {set(types) - released}")
        top = tier.ask("/api/v1/top?dimension=sid&from=-30d&n=1000")
        if top["total"] != types["alert"]:
            failures.append(f"{what}: {tier.name} answers {top['total']} alerts and stores {types['alert']}")
        say(f"  {tier.name:10}{len(rows):7} " + "".join(f"{types[kind]:8}" for kind in sorted(released)) +
            f"   {len(top['rows'])} signatures, {top['total']} alerts")
    return wanted


try:
    for upper, lower in zip(tiers, tiers[1:]):
        upper.start()
        lower.report_to(upper)
    enterprise.start()
    nation.langyan("packs", "keygen", data / "cert")
    sensor("boiler-1", "boiler")
    sensor("pump-1", "pumps")
    watch("boiler-1", industrial)
    whole = compare("Sensors report; alerts, devices, gaps, health and counters go up, everything else stays")

    # Alone, and then all of it.
    province.link.sever()
    watch("pump-1", ["-r", root / "pcaps" / "modbus"])
    waiting = len(of_sensors(enterprise)) - len(whole)
    if len(of_sensors(province)) != len(whole) or waiting < 10:
        failures.append(f"{waiting} events waited while the link was cut")
    alert = nation.ask("/api/v1/alerts?via=province&limit=1")["alerts"][0]
    made = nation.ask("/api/v1/notices", {"kind": "incident", "title": "Write to a controller by a stranger", "severity": "high",
                                          "organisation": "cn/js/works-7", "deadline": "2099-01-01T00:00:00Z",
                                          "evidence": [alert["id"]]})
    notice = made["id"]
    say(f"\nThe link of works-7 is cut: {waiting} events wait there. Meanwhile the nation issues a notice")
    step(nation, "issue")
    province.link.mend()
    compare("The link is mended")

    push_pack()

    say("\nThe notice, step by step")
    arrives(enterprise, "issued")
    step(enterprise, "receive")
    step(enterprise, "fix")
    step(enterprise, "submit", "the engineering station was taken off the network")
    arrives(nation, "submitted")
    if (clean := seen(nation)["recurrence"]) is None or clean["alerts"] != 0:
        failures.append(f"the fault is seen before it came again: {clean}")
    watch("boiler-1", industrial)  # and the same is seen again
    everywhere("The same again")
    again = wait_for("the nation sees the fault again", lambda: (
        there := seen(nation)["recurrence"]["alerts"]) and there == seen(enterprise)["recurrence"]["alerts"] and there)
    say(f"  nation    sees {again} alerts of the same signature and hosts since it was said to be mended")
    step(nation, "reject", f"{again} alerts since")
    arrives(enterprise, "rejected")
    step(enterprise, "fix")
    step(enterprise, "submit", "its password was changed, too")
    arrives(nation, "submitted")
    if seen(nation)["recurrence"]["alerts"]:
        failures.append("what was before the second report counts against it")
    step(nation, "review")
    step(nation, "close")
    arrives(enterprise, "closed")
    arrives(province, "closed")
    compare("At the end")
    told = {tier.name: [(each["number"], each["center"], each["action"], each["time"], each["refused"]) for each in seen(tier)["entries"]]
            for tier in tiers}
    if len({str(each) for each in told.values()}) != 1 or [each[2] for each in told["nation"]] != [
            "issue", "receive", "fix", "submit", "reject", "fix", "submit", "review", "close"]:
        failures.append(f"the steps at each tier: {told}")
    say(f"\nNotice {seen(enterprise)['number']}: {len(told['nation'])} steps at each of {len(told)} tiers, closed")
    for failure in failures:
        say(failure)
    if failures:
        sys.exit("FAILED")
    say("three tiers agree")
finally:
    for each in sensors.values():
        if each.process:
            each.kill_all()
    if failures or sys.exc_info()[0]:
        for tier in tiers:
            if tier.log.exists():
                print(f"--- {tier.name}: {tier.log.read_text()[-1500:]}")
    for tier in tiers:
        if tier.alive():
            tier.kill(15)
    shutil.rmtree(data, ignore_errors=True)
