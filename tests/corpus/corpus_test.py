#!/usr/bin/env python3
"""Every capture of the corpus, and those of pcaps/it, through the whole sensor.

usage: corpus_test.py PROGRAM [--corpus FOLDER] [--own] [--seconds N] [--flows] [--only WORD] [--verbose]

PROGRAM is corpus_run (of the asan build: the same under address and undefined-behaviour sanitizer). What must hold:
- each file ends well and within N seconds of CPU time;
- no industrial protocol is claimed of a file in which tshark does not name it (expect/protocols.tsv; what a protocol
  is called there, and which it does not know, says names.tsv; single right claims excused.tsv);
- of pcaps/it no industrial protocol at all is claimed (which are not is said by offices.tsv).
With --flows tshark is asked flow by flow (minutes; kept in build/corpus-flows): a claim is also wrong where it names
that one flow as something else. --own: pcaps/it only. The corpus is LANGYAN_CORPUS, else ../shared/corpus beside the
checkout; without it only pcaps/it is looked at, which is said.
"""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
here = pathlib.Path(__file__).resolve().parent
skipped = 77  # what ctest is told to take for a skipped test
not_protocols = {"alert", "anomaly", "flow", "stats", "summary", "health", "gap", "asset"}
# What tshark names in a flow without saying what is spoken.
carriers = set("eth ethertype ip ipv6 tcp udp vlan ieee8021ad data tpkt cotp null sll raw llc ppp pppoes gre mpls ipv6.hopopts ipv6.fraghdr frame "
               "radiotap wlan wlan_radio ah esp icmp icmpv6 short malformed _ws.malformed _ws.short".split())


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


class Names:
    def __init__(self):
        self.table = {row[0]: (set(row[1].split(",")) - {"-"}, set(row[2].split(",")), set(",".join(row[3:]).split(","))) for row in rows(here / "names.tsv")}
        self.offices = {row[0] for row in rows(here / "offices.tsv")}
        self.excused = {(row[0], row[1]): row[3] for row in rows(here / "excused.tsv")}

    def theirs(self, protocol):
        return self.table.get(protocol, ({protocol}, {protocol}))[0]

    def allows(self, protocol, file, named):
        return bool(self.theirs(protocol) & named) or (file, protocol) in self.excused or \
            file.split("/")[0] in self.table.get(protocol, (None, {protocol}))[1]

    def contradicts(self, protocol, file, named):
        """Whether what tshark names in a flow is something else than the protocol and what carries it."""
        named = named - self.table.get(protocol, (None, None, set()))[2]
        return bool(named) and not named & self.theirs(protocol) and (file, protocol) not in self.excused


class Findings:
    def __init__(self):
        self.claims = collections.defaultdict(list)  # file -> (protocol, kind, ends, messages, faults)
        self.events = collections.defaultdict(dict)  # file -> event type -> lines
        self.ended = {}  # file -> (packets, ms)
        self.broken = []  # (file, what happened)

    def run(self, program, folder, files, seconds):
        """In a few processes: one goes on until a file ends it."""
        left = list(files)
        while left:
            done = subprocess.run([program, folder, str(seconds)], input="".join(f"{name}\n" for name in left), capture_output=True, text=True)
            current = None
            for line in done.stdout.split("\n")[:-1]:  # of a program that was ended the last may be half a line
                cells = line.split("\t")
                if cells[0] == "file":
                    current = cells[1]
                elif cells[0] == "flow":
                    self.claims[current].append((cells[1], cells[2], frozenset((cells[3], cells[4])), int(cells[5]), int(cells[6])))
                elif cells[0] == "event":
                    self.events[current][cells[1]] = int(cells[2])
                elif cells[0] == "done":
                    self.ended[cells[1]] = int(cells[2]), float(cells[3])
            if done.returncode == 0 and len(self.ended) and left[-1] in self.ended:
                return
            if current is None or current in self.ended:
                self.broken.append((left[0], f"{program} ended with {done.returncode} before any file: {done.stderr[-2000:]}"))
                return
            why = f"needs more than {seconds} s of CPU time" if done.returncode == 3 else f"ended with {done.returncode}: {done.stderr[-3000:]}"
            self.broken.append((current, why))
            left = left[left.index(current) + 1:]

    def protocols(self, file):
        """protocol -> lines or, where it has none, 0"""
        found = {protocol: 0 for protocol, *_ in self.claims[file]}
        found.update({kind: lines for kind, lines in self.events[file].items() if kind not in not_protocols})
        return found


def flows_of(corpus, files):
    """file -> frozenset of two ends -> what tshark names in it; asked once, then kept"""
    version = re.search(r"\d+\.\d+\.\d+", (corpus / "expect" / "VERSION").read_text())[0]
    kept = root / "build" / f"corpus-flows-{version}.tsv"
    if not kept.exists():
        selectors = collections.defaultdict(list)
        for file, selector in rows(corpus / "decode_as.tsv"):
            selectors[file] += ["-d", selector]
        kept.parent.mkdir(exist_ok=True)
        with open(kept.with_suffix(".part"), "w", encoding="utf-8") as out:
            for file in files:
                fields = ["frame.protocols", "eth.src", "eth.dst", "eth.type", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
                          "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport"]
                done = subprocess.run(["tshark", "-n", "-r", corpus / file, *selectors[file], "-o", "tcp.desegment_tcp_streams:TRUE", "-T", "fields",
                                       "-E", "occurrence=l", "-o", "uat:pres_context_list:\"3\",\"1.0.9506.2.1\"",
                                       *(word for field in fields for word in ("-e", field))],
                                      capture_output=True, text=True, errors="replace")
                named = collections.defaultdict(set)
                for line in done.stdout.splitlines():
                    cells = line.split("\t") + [""] * len(fields)
                    protocols, esrc, edst, etype, s4, d4, s6, d6, ts, td, us, ud = cells[:12]
                    src, dst = s4 or s6, d4 or d6
                    if not src or not (ts or us):
                        ends = f"{esrc} {int(etype or '0', 16)}", f"{edst} {int(etype or '0', 16)}"
                    else:
                        ends = f"{src} {ts or us}", f"{dst} {td or ud}"
                    named["|".join(sorted(ends))] |= set(re.split("[:|,]", protocols)) - carriers
                for ends, names in sorted(named.items()):
                    out.write(f"{file}\t{ends}\t{','.join(sorted(names))}\n")
        kept.with_suffix(".part").rename(kept)
    table = collections.defaultdict(dict)
    for file, ends, *names in rows(kept):
        table[file][frozenset(ends.split("|"))] = set(filter(None, "".join(names).split(",")))
    return table


def table_of(findings, wrong):
    """A line a protocol."""
    files, flows, messages, faults, lines = (collections.Counter() for _ in range(5))
    for file in findings.ended:
        for protocol, count in findings.protocols(file).items():
            files[protocol] += 1
            lines[protocol] += count
        for protocol, _kind, _ends, said, faulty in findings.claims[file]:
            flows[protocol] += 1
            messages[protocol] += said
            faults[protocol] += faulty
    width = max(map(len, files), default=8)
    print(f"{'protocol':{width}} {'files':>6} {'flows':>7} {'messages':>9} {'faults':>7} {'events':>7} {'wrong':>6}")
    for protocol in sorted(files):
        print(f"{protocol:{width}} {files[protocol]:6} {flows[protocol]:7} {messages[protocol]:9} {faults[protocol]:7} {lines[protocol]:7} "
              f"{sum(1 for one in wrong if one[1] == protocol):6}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--flows", action="store_true")
    parser.add_argument("--only", default="", help="files whose name holds this")
    parser.add_argument("--verbose", action="store_true", help="a line a file and protocol")
    words = parser.parse_args()
    names, failed = Names(), False

    it = Findings()
    it.run(words.program, root / "pcaps", sorted(str(path.relative_to(root / "pcaps")) for path in (root / "pcaps/it").glob("*.pcap*")), words.seconds)
    claimed = [(file, protocol) for file in it.ended for protocol in it.protocols(file) if protocol not in names.offices]
    for file, protocol in claimed:
        print(f"wrong: pcaps/{file} is claimed as {protocol}; nothing in pcaps/it is industrial")
    for file, why in it.broken:
        print(f"broken: pcaps/{file}: {why}")
    print(f"pcaps/it: {len(it.ended)} files, {len(claimed)} claims")
    failed = bool(claimed or it.broken or not it.ended)
    if words.own:
        return 1 if failed else 0

    named = words.corpus or os.environ.get("LANGYAN_CORPUS")
    corpus = pathlib.Path(named) if named else root.parent / "shared" / "corpus"
    if not corpus.is_dir():
        if named:
            sys.exit(f"{corpus} is no folder; LANGYAN_CORPUS or --corpus names the corpus.")
        print(f"no corpus at {corpus}: nothing else was looked at")
        return 1 if failed else skipped
    files = [row[0] for row in rows(corpus / "expect" / "files.tsv") if row[0] != "file" and words.only in row[0]]
    theirs = collections.defaultdict(set)
    for file, protocol, _count in rows(corpus / "expect" / "protocols.tsv"):
        theirs[file].add(protocol)
    found = Findings()
    found.run(words.program, corpus, files, words.seconds)
    wrong = []  # (file, protocol, what)
    for file in found.ended:
        for protocol in found.protocols(file):
            if not names.allows(protocol, file, theirs[file]):
                ends = [sorted(ends) for claim, _kind, ends, *_ in found.claims[file] if claim == protocol]
                wrong.append((file, protocol, f"{len(ends)} flows, such as {ends[:1]}; tshark names {', '.join(sorted(theirs[file] - carriers)) or 'nothing'}"))
    if words.flows:
        by_flow = flows_of(corpus, files)
        for file in found.ended:
            for protocol, _kind, ends, messages, _faults in found.claims[file]:
                spoken = by_flow[file].get(ends, set())
                if names.contradicts(protocol, file, spoken):
                    wrong.append((file, protocol, f"the flow {sorted(ends)} is {', '.join(sorted(spoken))} to tshark; {messages} messages"))
    if words.verbose:
        for file in found.ended:
            print(file, found.protocols(file), f"{found.ended[file][1]:.0f} ms")
    table_of(found, wrong)
    for (file, protocol), said in collections.Counter((file, protocol) for file, protocol, _ in wrong).items():
        what = next(what for *key, what in wrong if key == [file, protocol])
        print(f"wrong: {file} is claimed as {protocol}: {what[:400]}" + (f" and {said - 1} more" if said > 1 else ""))
    for file, why in found.broken:
        print(f"broken: {file}: {why}")
    slowest = max(found.ended, key=lambda file: found.ended[file][1], default=None)
    print(f"corpus: {len(files)} files, {len(found.ended)} ended well, {sum(packets for packets, _ in found.ended.values())} packets, {len(wrong)} wrong claims"
          + (f"; slowest {slowest}, {found.ended[slowest][1]:.0f} ms" if slowest else ""))
    return 1 if failed or wrong or found.broken or not found.ended else 0


if __name__ == "__main__":
    sys.exit(main())
