"""Writes a capture of a steady Modbus poll, an hour by default. Too large to keep; tests make it.

    PYTHONPATH=pcaps /usr/bin/python3 pcaps/tools/hour_poll.py OUT.pcap [--values constant|changing]
        [--seconds 3600] [--period 1.0] [--jitter-ms 0] [--stranger SECOND]...

The HMI reads holding registers 0-9 and input registers 0-7 each period, and coils 0-15 each fifth.
With --values changing the input registers move at each read; holding registers and coils never do.
Each --stranger adds a connection of the laptop that writes register 4 at that second.
Scripted (kind S); the same options give the same bytes.
"""

import argparse
import random

from tools.modbus import adu, read, read_bits_reply, read_words_reply, write_register
from tools.session import Tape, TcpSession, hmi, laptop, plc

slow_every = 5
holding = [100 + 10 * i for i in range(10)]
coils = bytes([0x15, 0x80])


def inputs(turn, changing):
    level = abs((turn * 7) % 2000 - 1000) if changing else 640
    return [level, 215 + (turn % 9 if changing else 0), 1480, 0, 0, 0, 0, 0]


def poll(session, turn, changing):
    tid = 3 * turn & 0xFFFF
    session.exchange(adu(tid, read(3, 0, 10)), adu(tid, read_words_reply(3, holding)))
    tid = (tid + 1) & 0xFFFF
    reply = read_words_reply(4, inputs(turn, changing))
    slow = turn % slow_every == 0
    session.exchange(adu(tid, read(4, 0, 8)), adu(tid, reply), settle=not slow)
    if slow:
        tid = (tid + 1) & 0xFFFF
        session.exchange(adu(tid, read(1, 0, 16)), adu(tid, read_bits_reply(1, coils)), settle=True)


def strange_write(tape, number):
    session = TcpSession(tape, laptop, plc, 502, 50000 + number)
    session.open()
    order = adu(1, write_register(4, 9000 + number))
    session.exchange(order, order, settle=True)
    session.close()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("out")
    options.add_argument("--values", choices=("constant", "changing"), default="constant")
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--period", type=float, default=1.0)
    options.add_argument("--jitter-ms", type=float, default=0)
    options.add_argument("--stranger", type=int, action="append", default=[])
    chosen = options.parse_args()

    chance = random.Random(1)
    tape = Tape()
    start = tape.ns
    session = TcpSession(tape, hmi, plc, 502, 49300)
    session.open()
    strangers = sorted(chosen.stranger)
    done = 0
    for turn in range(int(chosen.seconds / chosen.period)):
        due = start + round(turn * chosen.period * 10**9)
        due += round(chance.random() * chosen.jitter_ms * 1e6)
        tape.ns = max(tape.ns, due)
        poll(session, turn, chosen.values == "changing")
        while done < len(strangers) and strangers[done] <= turn * chosen.period:
            strange_write(tape, done)
            done += 1
    session.close()
    tape.save(chosen.out)


if __name__ == "__main__":
    main()
