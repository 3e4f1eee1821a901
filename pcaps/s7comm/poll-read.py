"""The regular HMI reads variables of DB1, DB2, flags and inputs every second, several items a job.

kind: R
stack: nodes7 0.3.18 against node-snap7 1.0.9
expect: s7comm.param.func == 0xf0 => 2
expect: s7comm.param.func == 0x04 && s7comm.header.rosctr == 1 => 15+
expect: s7comm.param.func == 0x05 => 0
"""

from tools.lab import Lab, output
from tools.s7lab import javascript
from tools.session import hmi, plc

with Lab(plc, hmi) as lab:
    lab.start(plc, javascript("s7_server.js"), port=102)
    with lab.capture(plc) as capture:
        lab.run(hmi, javascript("s7_poll.js", plc.ip, 15))
capture.save(output())
