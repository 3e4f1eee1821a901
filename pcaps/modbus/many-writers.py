"""Three hosts write the same holding register in turn: HMI, SCADA server and a laptop.

kind: R
stack: libmodbus 3.1.6, three clients and a server
expect: ip.dst == 10.20.0.11 && modbus.func_code == 6 => 12
expect: ip.src == 10.20.0.77 && modbus.func_code == 6 => 4
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import hmi, laptop, plc, scada


def writer(value):
    from tools.libmodbus import Client

    client = Client(plc.ip)
    for turn in range(4):
        client.write_register_6(4, value + turn)
        time.sleep(0.7)
    client.close()


if sys.argv[1:2] == ["--writer"]:
    writer(int(sys.argv[2]))
else:
    with Lab(plc, hmi, scada, laptop) as lab:
        lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
        with lab.capture(plc) as capture:
            writers = []
            for host, value in ((hmi, 500), (scada, 600), (laptop, 700)):
                writers.append(lab.start(host, python(__file__, "--writer", value)))
                time.sleep(0.5)
            for child in writers:
                child.wait()
    capture.save(output())
