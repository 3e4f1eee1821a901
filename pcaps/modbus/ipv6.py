"""The regular poll and one write over IPv6, with the neighbour discovery before it.

kind: R
stack: libmodbus 3.1.6, client and server
expect: ipv6 && modbus.func_code == 3 => 8
expect: ipv6 && modbus.func_code == 16 => 2
expect: icmpv6.type == 135 => 1+
"""

import sys

from tools.lab import Lab, output, python
from tools.session import hmi, plc

addresses = {plc: "fd20::11", hmi: "fd20::5"}


def master():
    from tools.master import run

    def also(client, turn):
        if turn == 2:
            client.write_registers_16(10, [1, 2])

    run(addresses[plc], 4, also=also)


if sys.argv[1:] == ["--master"]:
    master()
else:
    with Lab(plc, hmi) as lab:
        for host, address in addresses.items():
            lab.ipv6(host, address)
        lab.start(plc, python("-m", "tools.libmodbus", "serve", 502, "::"), port=502)
        with lab.capture(plc) as capture:
            lab.run(hmi, python(__file__, "--master"))
    capture.save(output())
