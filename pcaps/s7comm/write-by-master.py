"""The regular HMI polls and writes a setpoint twice and a pump bit once into DB1.

kind: R
stack: nodes7 0.3.18 against node-snap7 1.0.9
expect: s7comm.param.func == 0x05 && s7comm.header.rosctr == 1 => 3
expect: s7comm.param.func == 0x29 => 0
"""

from tools.lab import Lab, output
from tools.s7lab import javascript
from tools.session import hmi, plc

orders = ("2:setpoint=52.5", "4:pump=true", "6:setpoint=53")

with Lab(plc, hmi) as lab:
    lab.start(plc, javascript("s7_server.js"), port=102)
    with lab.capture(plc) as capture:
        lab.run(hmi, javascript("s7_poll.js", plc.ip, 8, *orders))
capture.save(output())
