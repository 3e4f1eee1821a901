"""A client's standing connection to a device: it scans on a period, and does errands (an operator's write, a
command) between two scans. The protocols are in talks.py."""

import heapq
import math
from collections import deque

from plant.link import Tcp, ms, second

hour = 3600 * second
slow_share = 1 / 4000  # scans whose answer is late enough that the client sends again
repeat_after_ms = 220
slowest_thinned = 60  # seconds; what comes more seldom comes as it is
knock_every = 30 * second  # a client tries again to reach a silent device


class Talk:
    """scans: rows of (seconds, what...); what is the protocol's own. `factor` stretches all periods, `paused` stops
    the scans, a device in day.silent answers nothing."""

    port = 0

    def __init__(self, day, client, server, scans, jitter_ms=4.0, think_ms=3.0):
        self.day, self.client, self.server, self.scans = day, client, server, scans
        self.jitter, self.think_ms = jitter_ms * ms, think_ms
        self.name = f"{client.name}>{server.name}:{self.port}"
        self.rng = day.random(self.name)
        self.device = day.devices.get(server.name)
        self.errands, self.factor, self.paused = deque(), 1.0, False
        self.tape, self.tcp = day.tape(day.start), None
        day.talks[client.name, server.name, type(self).__name__] = self
        day.actor(self.run())

    def errand(self, what):
        """what(self) is called on the open connection, at the latest before the next scan."""
        self.errands.append(what)

    def connect(self):
        self.tcp = Tcp(self.tape, self.client, self.server, self.port, self.day.port(self.client))
        self.tcp.open()
        self.begin()

    def begin(self):
        """What the protocol says first."""

    def end(self):
        """What the protocol says last."""

    def scan(self, row):
        raise NotImplementedError

    def reopen(self):
        self.end()
        self.tcp.close()
        self.tape.wait(self.rng.uniform(300, 2500))
        self.connect()

    def run(self):
        rng = self.rng
        first = self.tape.ns + rng.randrange(20 * second)
        again = first + rng.randrange(8 * hour, 40 * hour)  # clients are restarted now and then
        yield first
        self.tape.until(first)
        self.connect()
        due = [(self.tape.ns + rng.randrange(max(1, round(self._period(i)))), i) for i in range(len(self.scans))]
        heapq.heapify(due)
        while True:
            planned, index = heapq.heappop(due)
            at = max(self.tape.ns, planned + round(rng.gauss(0, 1) * self.jitter))
            yield at
            self.tape.until(max(at, self.day.now))
            if self.server.ip in self.day.silent:
                yield from self.unanswered()
                continue
            if at > again:
                again = at + rng.randrange(8 * hour, 40 * hour)
                self.reopen()
            while self.errands:
                self.errands.popleft()(self)
            if not self.paused:
                self.scan(self.scans[index])
            planned += round(self._period(index))
            if planned < self.tape.ns - second:
                planned = self.tape.ns
            heapq.heappush(due, (planned, index))

    def _period(self, index):
        seconds = self.scans[index][0]
        return seconds * second * self.factor * (self.day.thin if seconds <= slowest_thinned else 1)

    def unanswered(self):
        """The device is gone: the connection is given up, then a SYN now and then."""
        self.tcp.reset(0)
        while True:
            yield self.tape.ns + knock_every
            self.tape.until(self.tape.ns + knock_every)
            self.tcp = Tcp(self.tape, self.client, self.server, self.port, self.day.port(self.client))
            for wait in (1000, 2000, 0):
                self.tcp.knock()
                self.tape.wait(wait)

    def exchange(self, request, answer):
        """Thinks as long as devices do: mostly the same, sometimes longer."""
        think = self.think_ms * math.exp(self.rng.gauss(0, 0.25))
        self.tcp.client(request)
        if self.rng.random() < slow_share:
            self.tape.wait(repeat_after_ms)
            self.tcp.repeat(0, request)
        self.tape.wait(think)
        self.tcp.server(answer)

    def settle(self):
        """RFC 9293 section 3.8.6.3: a delayed acknowledgement, when nothing carries it."""
        self.tape.wait(40)
        self.tcp.acknowledge(0)


class Visit:
    """A connection made for one purpose, by an act or a person: `with_visit(day, at, client, server, port)` gives
    a TCP connection on a tape of its own."""

    def __init__(self, day, ns, client, server, port):
        self.tape = day.tape(ns)
        self.tcp = Tcp(self.tape, client, server, port, day.port(client))
