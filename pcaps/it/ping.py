"""Echo requests and answers over IPv4 and IPv6, a host that is not there, a closed UDP port.

kind: R
stack: ping of iputils 20221126, dig 9.18
expect: icmp.type == 8 => 6
expect: icmp.type == 3 && icmp.code == 3 => 1+
expect: icmpv6.type == 128 => 2
"""

import subprocess

from tools.lab import Lab, output
from tools.session import hmi, plc

addresses = {plc: "fd20::11", hmi: "fd20::5"}

with Lab(plc, hmi) as lab:
    for host, address in addresses.items():
        lab.ipv6(host, address)
    with lab.capture(plc) as capture:
        quiet = {"stdout": subprocess.DEVNULL, "check": False}
        lab.run(hmi, ["ping", "-c", "4", "-i", "0.5", plc.ip], **quiet)
        lab.run(hmi, ["ping", "-c", "2", "-i", "0.5", "-s", "1400", plc.ip], **quiet)
        lab.run(hmi, ["ping", "-6", "-c", "2", "-i", "0.5", addresses[plc]], **quiet)
        lab.run(hmi, ["ping", "-c", "1", "-W", "1", "10.20.0.99"], **quiet)
        lab.run(hmi, ["dig", f"@{plc.ip}", "+tries=1", "+timeout=1", "plant.example"], **quiet)
capture.save(output())
