"""The works as a simulation: one queue of conversations by the time they next do something, and what they share:
the wire, the values of the process, random numbers by name, and labels of what was planted.

A conversation is a generator that yields the time (ns) at which it wants to go on. All randomness comes from
`random(name)`, so one act more or less changes nothing of the conversations it does not touch.
"""

import heapq
import json
import random
import struct
from datetime import datetime, timedelta, timezone

from plant import link, site
from plant.link import second

hour = 3600 * second
flush_every = 120 * second  # frames are written once no conversation can go back behind them


class Day:
    def __init__(self, sink, start, hours, seed, thin=1.0, until=None):
        self.start = round(start.timestamp()) * second
        self.end = self.start + round(hours * 3600) * second
        # The works live in their own week; what is written may stand at another time.
        self.shift = round(until.timestamp()) * second - self.end if until else 0
        self.hours, self.seed, self.thin = hours, seed, thin
        sink.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.wire = link.Wire(sink, self.shift)
        self.queue, self.order = [], 0
        self.talks, self.devices, self.silent = {}, {}, set()
        self.labels, self.windows = [], []
        self.ports = {}
        self.now = self.start

    def random(self, name):
        return random.Random(f"{self.seed}/{name}")

    def tape(self, ns):
        return link.Tape(self.wire, ns)

    def port(self, host):
        """The next port a client takes, as its system counts them."""
        first = 49152 + sum(map(int, host.ip.split("."))) * 7 % 4000
        self.ports[host.ip] = number = self.ports.get(host.ip, first) + 1
        return 49152 + (number - 49152) % 16384

    def when(self, ns):
        return datetime.fromtimestamp(ns // second, timezone.utc)

    def text(self, ns):
        ns += self.shift
        return self.when(ns).strftime("%Y-%m-%dT%H:%M:%S") + f".{ns % second // 1000:06}Z"

    def days(self):
        """Midnights (ns) of all days the capture touches."""
        day = self.when(self.start).replace(hour=0, minute=0, second=0)
        while round(day.timestamp()) * second < self.end:
            yield round(day.timestamp()) * second
            day += timedelta(days=1)

    def actor(self, generator, first=None):
        self._push(self.start if first is None else first, generator)

    def at(self, ns, what):
        """Calls what(ns) at that time."""

        def once():
            what(ns)
            return
            yield

        if self.start <= ns < self.end:
            self._push(ns, once())

    def _push(self, ns, generator):
        self.order += 1
        heapq.heappush(self.queue, (ns, self.order, generator))

    def run(self):
        settle = self.start
        while self.queue and self.queue[0][0] < self.end:
            now, _, generator = heapq.heappop(self.queue)
            self.now = now
            if now - settle > flush_every:
                self.wire.settle(now)
                settle = now
            following = next(generator, None)
            if following is not None:
                self._push(max(following, now), generator)
        self.wire.settle(self.end)

    def label(self, act, kind, ns, source, destination, **more):
        """What was planted: one row, read by tests and by people."""
        row = {"act": act, "kind": kind, "time": self.text(ns), "source": source.name, "source_ip": source.ip}
        row |= {"destination": destination.name, "destination_ip": destination.ip} if destination else {}
        self.labels.append(row | {"alarm": True} | more)
        return self.labels[-1]

    def window(self, zone, who, verbs, start, end, reason):
        self.windows.append({"zone": zone, "who": [h.ip for h in who], "verbs": verbs, "from": self.text(start), "to": self.text(end), "reason": reason})

    def write_labels(self, path):
        rows = [{"name": h.name, "ip": h.ip, "mac": h.mac, "level": h.level, "kind": h.kind, "zone": h.zone, "en": h.en, "zh": h.zh}
                for h in site.hosts.values()]
        said = {"works": site.name, "seed": self.seed, "from": self.text(self.start), "to": self.text(self.end), "thin": self.thin,
                "frames": self.wire.count - len(self.wire.waiting), "devices": rows, "windows": self.windows,
                "acts": sorted(self.labels, key=lambda row: row["time"])}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False, indent=1)
            file.write("\n")
