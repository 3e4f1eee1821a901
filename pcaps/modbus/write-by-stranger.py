"""The HMI polls; after six seconds a laptop connects, looks, writes setpoints and forces a coil.

kind: R
stack: libmodbus 3.1.6, two clients and a server
expect: ip.src == 10.20.0.77 && modbus.func_code == 6 => 1
expect: ip.src == 10.20.0.77 && modbus.func_code == 16 => 1
expect: ip.src == 10.20.0.77 && modbus.func_code == 5 => 1
expect: ip.src == 10.20.0.5 && modbus.func_code in {5, 6, 15, 16} => 0
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import hmi, laptop, plc


def stranger():
    from tools.libmodbus import Client

    client = Client(plc.ip)
    client.holding_3(0, 10)
    time.sleep(0.8)
    client.write_register_6(4, 9000)
    time.sleep(0.5)
    client.write_registers_16(10, [0, 0, 0, 0])
    time.sleep(0.5)
    client.write_coil_5(3, True)
    time.sleep(0.3)
    client.close()


if sys.argv[1:] == ["--stranger"]:
    stranger()
else:
    with Lab(plc, hmi, laptop) as lab:
        lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
        with lab.capture(plc) as capture:
            master = lab.start(hmi, python("-m", "tools.master", plc.ip, 12))
            time.sleep(6.3)
            lab.run(laptop, python(__file__, "--stranger"))
            master.wait()
    capture.save(output())
