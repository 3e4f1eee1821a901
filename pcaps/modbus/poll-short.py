"""Six seconds of the regular poll: the base of the captures that are edits of it.

kind: R
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
expect: modbus.func_code == 1 => 4
"""

from tools.lab import Lab, output, python
from tools.session import hmi, plc

with Lab(plc, hmi) as lab:
    lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
    with lab.capture(plc) as capture:
        lab.run(hmi, python("-m", "tools.master", plc.ip, 6))
capture.save(output())
