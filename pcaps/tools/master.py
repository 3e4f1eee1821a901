"""The regular Modbus master of the captures: what the HMI reads in each round of its poll.

As a program:  master.py ADDRESS ROUNDS [PORT]
"""

import sys
import time

from tools.libmodbus import Client

period_s = 1.0
slow_every = 5  # coils and discrete inputs are read every fifth round only


def poll(client, turn):
    client.holding_3(0, 10)
    client.input_registers_4(0, 8)
    if turn % slow_every == 0:
        client.coils_1(0, 16)
        client.inputs_2(0, 16)


def run(address, rounds, port=502, also=None):
    """also(client, turn) may write between two polls, as an operator does."""
    client = Client(address, port)
    due = time.monotonic()
    for turn in range(rounds):
        poll(client, turn)
        if also:
            also(client, turn)
        due += period_s
        time.sleep(max(0, due - time.monotonic()))
    client.close()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:4]))
