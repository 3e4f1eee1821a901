#!/usr/bin/env python3
"""Who is in the corpus: devices by protocol with vendor, model and firmware, each fact held against tshark.

usage: corpus_table.py BIN [--markdown] [--only WORD] [--verbose]

BIN is the folder of `langyan`. The corpus is LANGYAN_CORPUS, else ../shared/corpus beside the checkout; without
it, or without tshark, nothing is looked at, which is said (exit 77).

What must hold:
- Of the controller-class devices whose capture carries a model at least 60 % have one. A capture carries the model
  of a device where tshark, which decodes without us, shows one of the fields in `carries` in a packet that the
  device sent: the fields in which a protocol says the type of a device (Modbus 43/14 product code or model, S7 SZL
  0x11 and 0x1C, CIP identity, BACnet model-name, MMS Identify, FINS controller data, PROFINET type of station and
  order number, OPC UA product name, DNP3 group 0 variation 250, HART command 0, ADS device info, POWERLINK
  identification, LLDP-MED and CDP). Protocols that this tshark does not know cannot be counted so; their devices
  stand in the table alone.
- Each fact's packet is one that tshark shows with the asset's address and the fact's protocol (where it knows it),
  and it shows the text there: in its own words or in the packet's octets. A vendor or a role may follow from a
  number or from what only one maker's devices speak ("named"); of all other facts at most one in ten is worded
  otherwise (a version put together from numbers, what tshark does not decode).
Controller class: controller, safety controller, RTU or protection device, gateway, field device.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
skipped = 77
wanted = 0.60             # of the devices whose model a capture carries
most_reworded = 0.10      # of the facts
ours = {"vendor", "role"}  # traits whose words may be ours for what the protocol says in a number
controllers = {"controller", "safety", "rtu", "gateway", "field_device"}
patience = 300            # seconds for one run of tshark

# Where a packet says the type of the device that sent it: our protocol, tshark's filter.
carries = [
    ("modbus", "modbus.func_code==43 and modbus.object_str_value and (modbus.object_id==1 or modbus.object_id==4 or modbus.object_id==5)"),
    # Only what came: return code 0xff; the index of 0x1C must name the module (2) or its type (7).
    ("s7comm", "s7comm.param.userdata.type==8 and s7comm.data.returncode==0xff and (s7comm.szl.xy11.0001.anz or "
               "(s7comm.data.userdata.szl_id.partlist_num==0x1c and s7comm.data.userdata.szl_index in {0,2,7}))"),
    ("enip", "enip.lir.name or (cip.rr==1 and cip.id.product_name)"),
    ("bacnet", "bacapp.type==3 and bacapp.property_identifier==70"),
    ("mms", "mms.modelName"),
    ("fins", "omron.controller.model"),
    ("profinet", "pn_dcp.suboption_device_devicevendorvalue"),
    ("profinet_io", "pn_io.order_id or pn_io.im_order_id"),
    ("opcua", "opcua.ProductName"),
    ("dnp3", "dnp3.al.obj==0x00fa and dnp3.al.func==129"),
    ("hart_ip", "hart_ip.pt.rsp.expanded_device_type"),
    ("ads", "ams.ads_devicename"),
    ("powerlink", "epl.asnd.ires.productcode"),
    ("lldp", "lldp.media.model"),
    ("cdp", "cdp.platform"),
]


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=patience)
    return done.stdout.decode("utf-8", "replace")


def known_fields():
    return {line.split("\t")[2] for line in run("tshark", "-G", "fields").split("\n") if line.startswith("F\t")}


class Capture:
    """What tshark says of one file."""

    def __init__(self, path):
        self.path = str(path)

    def senders(self, display_filter):
        text = run("tshark", "-n", "-r", self.path, "-Y", display_filter, "-T", "fields", "-e", "ip.src", "-e", "ipv6.src", "-e", "eth.src")
        found = set()
        for line in text.splitlines():
            v4, v6, mac = (line.split("\t") + ["", ""])[:3]
            # Of a tunnel the innermost addresses, as the inventory has them.
            found.add((v4 or v6 or mac).split(",")[-1])
        return found - {""}

    def packets(self, numbers):
        """number -> what tshark shows of the packet, with its octets."""
        result, numbers = {}, sorted(numbers)
        for start in range(0, len(numbers), 500):
            some = ",".join(map(str, numbers[start:start + 500]))
            text = run("tshark", "-n", "-r", self.path, "-Y", f"frame.number in {{{some}}}", "-V", "-x")
            for part in re.split(r"(?m)^(?=Frame \d+: )", text):
                head = re.match(r"Frame (\d+): ", part)
                if head:
                    result[int(head[1])] = part
        return result


def plain(text):
    """As printed text may be compared: letters and digits alone, in lower case."""
    return re.sub(r"[^0-9a-z\u0080-\U0010ffff]", "", text.lower())


def octets(shown):
    """The octets of the hex dumps (the packet, and what was put together from several)."""
    dump = re.findall(r"(?m)^[0-9a-f]{4,}  ((?:[0-9a-f]{2} ?){1,16})", shown)
    return bytes.fromhex("".join(line.replace(" ", "") for line in dump))


def shows(shown, fact):
    """How tshark's packet shows a fact: "text", "octets", "number" or None."""
    value = fact["value"]
    if plain(value) and plain(value) in plain(re.sub(r"(?m)^[0-9a-f]{4,}  .*$", "", shown)):
        return "text"
    raw = octets(shown)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1", "gb18030"):
        try:
            if value.encode(encoding) in raw:
                return "octets"
        except UnicodeEncodeError:
            pass
    # Strings whose octets are dotted with separators: every word of it is there.
    words = [word for word in re.split(r"[^\w]+", value) if len(word) > 1]
    if words and all(plain(word) in plain(shown) for word in words):
        return "words"
    return None


def sends_or_gets(shown, addresses):
    """Whether a header of the packet has one of the addresses; ARP and discovery name them further in."""
    lines = re.findall(r"(?m)^.*\b(?:Src|Dst|Source|Destination|Sender|Target|IP)\b.*$", shown)
    return any(address in line for line in lines for address in addresses)


def devices(langyan, path):
    text = run(langyan, "assets", str(path), "--json")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def told(asset, *traits):
    return any(fact["trait"] in traits and fact["source"] != "mac" and not fact["replaced"] for fact in asset["facts"])


def has_model(asset):
    return told(asset, "model", "order_number", "series")


def addresses(asset, by_id):
    """Its own, or those of the host it stands behind."""
    host = by_id.get(asset.get("parent"), asset)
    return set(host["ip"]) | set(host["mac"])


class Table:
    def __init__(self):
        self.rows = collections.defaultdict(collections.Counter)
        self.missing, self.facts, self.wrong, self.reworded = [], collections.Counter(), [], []

    def look(self, langyan, folder, path):
        assets = devices(langyan, path)
        by_id = {asset["id"]: asset for asset in assets}
        capture = Capture(path)
        name = str(path.relative_to(folder))
        senders = collections.defaultdict(set)
        spoken = {word for asset in assets for word in asset["protocols"].split()} | {fact["source"] for asset in assets for fact in asset["facts"]}
        for protocol, display_filter in carries:
            if protocol in spoken or protocol == name.split("/")[0]:
                for address in capture.senders(display_filter):
                    senders[address].add(protocol)
        for asset in assets:
            if asset["role"] not in controllers:
                continue
            for protocol in asset["protocols"].split() or sorted({fact["source"] for fact in asset["facts"]} - {"mac"}):
                self.rows[protocol].update(devices=1, vendor=int(told(asset, "vendor")), model=int(has_model(asset)), firmware=int(told(asset, "firmware")))
        # Of a host and what stands behind it one is enough: tshark does not say which of them speaks.
        for address, protocols in sorted(senders.items()):
            here = [asset for asset in assets if address in addresses(asset, by_id) and asset["role"] in controllers]
            for protocol in protocols if here else ():
                found = any(has_model(asset) for asset in here)
                self.rows[protocol].update(carried=1, found=int(found))
                if not found:
                    self.missing.append(f"{name}: {address} by {protocol}")
        self.trace(name, capture, assets, by_id)
        return self

    def add(self, other):
        for protocol, row in other.rows.items():
            self.rows[protocol].update(row)
        self.facts.update(other.facts)
        self.missing += other.missing
        self.wrong += other.wrong
        self.reworded += other.reworded

    def trace(self, name, capture, assets, by_id):
        facts = [(asset, fact) for asset in assets for fact in asset["facts"] if fact["source"] != "mac"]
        shown = capture.packets({fact["packet"] for _, fact in facts}) if facts else {}
        for asset, fact in facts:
            packet = shown.get(fact["packet"], "")
            what = f"{name}: {asset['id']} {fact['trait']} \"{fact['value']}\" by {fact['source']} in packet {fact['packet']}"
            if not packet:
                self.wrong.append(what + ": tshark has no such packet")
            elif not sends_or_gets(packet, addresses(asset, by_id)):
                self.wrong.append(what + ": tshark shows none of its addresses there")
            else:
                how = shows(packet, fact) or ("named" if fact["trait"] in ours else None)
                self.facts[how or "reworded"] += 1
                if not how:
                    self.reworded.append(what)

    def lines(self):
        head = ["protocol", "controller class", "vendor", "model", "firmware", "model carried", "of these found"]
        cells = [[protocol] + [str(row[key]) for key in ("devices", "vendor", "model", "firmware", "carried", "found")]
                 for protocol, row in sorted(self.rows.items()) if row["devices"] or row["carried"]]
        return [head] + cells

    def sum(self, key):
        return sum(row[key] for row in self.rows.values())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("bin")
    options.add_argument("--markdown", action="store_true", help="print the table as it stands in docs/assets-found.md")
    options.add_argument("--only", default="", help="files whose path holds this word")
    options.add_argument("--verbose", action="store_true", help="name every device without a model and every reworded fact")
    given = options.parse_args()
    corpus = pathlib.Path(os.environ.get("LANGYAN_CORPUS", root.parent / "shared" / "corpus"))
    if not corpus.is_dir() or not shutil.which("tshark"):
        print(f"SKIPPED: no tshark, or no corpus at {corpus}; set LANGYAN_CORPUS to its folder")
        return skipped
    langyan = str(pathlib.Path(given.bin) / "langyan")
    fields, table = known_fields(), Table()
    unknown = sorted({word for _, text in carries for word in re.findall(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+", text, re.I)
                      if not re.fullmatch(r"[0-9.]+", word)} - fields)
    if unknown:
        print("note: this tshark has no field " + ", ".join(unknown))
    files = [path for path in sorted(corpus.glob("*/**/*")) if path.is_file() and re.search(r"\.(pcap|pcapng|cap)", path.name)
             and given.only in str(path) and path.relative_to(corpus).parts[0] not in ("expect", "labels")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:  # what takes the time are other processes
        for part in pool.map(lambda path: Table().look(langyan, corpus, path), files):
            table.add(part)
    rows = table.lines()
    if given.markdown:
        print("\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] + ["---:"] * 6] + rows[1:]))
    else:
        for row in rows:
            print(f"{row[0]:<16}" + "".join(f"{cell:>18}" for cell in row[1:]))
    carried, found = table.sum("carried"), table.sum("found")
    share = found / carried if carried else 1.0
    print(f"\n{len(files)} captures; {found} of {carried} controller-class devices whose model is carried have one: {share:.0%}")
    count = sum(table.facts.values())
    print(f"{count} facts traced to a packet that tshark shows: " + ", ".join(f"{number} by {how}" for how, number in table.facts.most_common())
          + f"; {len(table.wrong)} not traced")
    for line in table.missing if given.verbose else ():
        print("no model: " + line)
    for line in table.reworded if given.verbose else ():
        print("reworded: " + line)
    for line in table.wrong:
        print("WRONG: " + line)
    failed = bool(table.wrong) or share < wanted or table.facts["reworded"] > most_reworded * max(count, 1)
    print("FAILED" if failed else "ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
