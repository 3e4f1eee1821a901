#!/usr/bin/env python3
"""Writes a capture of the Qingxi Water Works (fictional): fifty devices on five Purdue levels that poll over Modbus,
S7comm, IEC 60870-5-104, DNP3, EtherNet/IP and OPC UA with honest jitter, beside DNS, NTP, DHCP, ARP, LLDP, SNMP, HTTP,
TLS and SMB; shifts that change, operators who set what needs setting, a nightly dump and a weekly backup of programs.
Acts are planted on request. Beside OUT.pcap stands OUT.json: devices, maintenance windows, and each act with
time, kind, source, destination and object. The same words give the same octets.

  make_plant.py day.pcap                                    an ordinary Monday
  make_plant.py story.pcap --act story                      with the six acts of the story
  make_plant.py weeks.pcap --hours 336 --thin 20            two weeks, every poll twenty times as slow
  make_plant.py test.pcap --act deviations --act scan       one of each deviation, and a scan
  make_plant.py x.pcap --act new-peer@20:30                 an act at a time of its own (of the last day)
  make_plant.py now.pcap --act story --until now --settings as if it had just happened; now.yaml sets a sensor up for it
"""

import argparse
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here.parent.parent / "pcaps")]

from plant import acts, office, people, settings, works  # noqa: E402
from plant.day import Day  # noqa: E402

first_day = datetime(2026, 3, 2, tzinfo=timezone.utc)  # a Monday


def chosen(words):
    """(name, clock time or None) of each act asked for."""
    out = []
    for word in words:
        name, _, clock = word.partition("@")
        for each in {"story": acts.story, "deviations": acts.deviations}.get(name, (name,)):
            if each not in acts.acts:
                raise SystemExit(f"make_plant.py: there is no act {each!r}; there are: story, deviations, {', '.join(acts.acts)}")
            out.append((each, datetime.strptime(clock, "%H:%M").time() if clock else None))
    return out


def make(out, hours=24.0, seed=7, thin=4.0, start=first_day, act=(), until=None, with_settings=False):
    """Writes the capture and its labels; returns (frames, octets)."""
    planted = chosen(act)
    with open(out, "wb", buffering=1 << 20) as sink:
        day = Day(sink, start, hours, seed, thin, until)
        works.build(day)
        office.build(day)
        people.build(day)
        for name, clock in planted:
            ns = None
            if clock:
                last = start + timedelta(hours=hours) - timedelta(microseconds=1)
                ns = round(datetime.combine(last.date(), clock, timezone.utc).timestamp()) * 10**9
            acts.plant(day, name, ns)
        day.run()
    day.write_labels(Path(out).with_suffix(".json"))
    if with_settings:
        settings.write(day, Path(out).resolve())
    return day.wire.count - len(day.wire.waiting), day.wire.octets


def moment(text):
    return datetime.now(timezone.utc) if text == "now" else datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="the capture to write (classic pcap); the labels go beside it as .json")
    parser.add_argument("--hours", type=float, default=24, help="how long (default 24)")
    parser.add_argument("--seed", type=int, default=7, help="another seed is another day of the same works (default 7)")
    parser.add_argument("--thin", type=float, default=4, help="polls are that many times as slow (default 4: a million frames a day; 1: periods of 1 to 15 s, 4.5 million)")
    parser.add_argument("--start", type=moment, default=first_day, help="first moment, UTC (default 2026-03-02, a Monday)")
    parser.add_argument("--until", type=moment, help="the times written end here: `now`, or UTC as for --start; the works' own clock stays")
    parser.add_argument("--settings", action="store_true", help="also OUT.yaml for a sensor, with its zones, masters, ledger and maintenance windows")
    parser.add_argument("--act", action="append", default=[], help="NAME or NAME@HH:MM; also story, deviations; may be repeated")
    args = parser.parse_args()
    began = time.monotonic()
    frames, octets = make(args.out, args.hours, args.seed, args.thin, args.start, args.act, args.until, args.settings)
    print(f"{args.out}: {frames} frames, {octets / 1e6:.1f} MB, {args.hours:g} h of traffic in {time.monotonic() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
