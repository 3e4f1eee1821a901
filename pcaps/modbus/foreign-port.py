"""A poll and a write on TCP port 10502: only the payload tells that it is Modbus.

kind: R
stack: libmodbus 3.1.6, client and server
tshark: -d tcp.port==10502,mbtcp
expect: modbus.func_code == 3 => 8
expect: modbus.func_code == 6 => 2
"""

import sys

from tools.lab import Lab, output, python
from tools.session import hmi, plc

port = 10502


def master():
    from tools.master import run

    run(plc.ip, 4, port, lambda client, turn: client.write_register_6(4, 77) if turn == 2 else None)


if sys.argv[1:] == ["--master"]:
    master()
else:
    with Lab(plc, hmi) as lab:
        lab.start(plc, python("-m", "tools.libmodbus", "serve", port), port=port)
        with lab.capture(plc) as capture:
            lab.run(hmi, python(__file__, "--master"))
    capture.save(output())
