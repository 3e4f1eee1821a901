"""The regular master polls registers every second, coils and inputs every fifth, for a minute.

kind: R
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 120
expect: modbus.func_code == 4 => 120
expect: modbus.func_code == 1 => 24
expect: modbus.func_code == 2 => 24
"""

from tools.lab import Lab, output, python
from tools.session import hmi, plc

with Lab(plc, hmi) as lab:
    lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
    with lab.capture(plc) as capture:
        lab.run(hmi, python("-m", "tools.master", plc.ip, 60))
capture.save(output())
