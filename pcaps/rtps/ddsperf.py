"""Two participants find each other by multicast, announce their topics and exchange samples.

kind: R
stack: Eclipse Cyclone DDS 0.10.2, ddsperf at both ends
expect: rtps.sm.id == 0x15 => 20+
expect: rtps.param.topicName == "DDSPerfRDataKS" => 2+
expect: rtps.vendorId == 0x0110 => 30+
"""

import time

from tools.lab import Lab, output
from tools.session import plc, scada

conf = "<General><Interfaces><NetworkInterface name=\"eth0\"/></Interfaces></General>"
conf = f"<CycloneDDS><Domain>{conf}</Domain></CycloneDDS>"


def ddsperf(host, words):
    """Participants tell the name of their host, so each gets one of its own."""
    return ["unshare", "--uts", "sh", "-c", f"hostname {host.name}; exec ddsperf {words}"]


with Lab(plc, scada) as lab:
    lab.env["CYCLONEDDS_URI"] = conf
    for host in (plc, scada):
        lab.run(host, ["ip", "route", "add", "224.0.0.0/4", "dev", "eth0"])
    with lab.capture(plc, "udp") as capture:
        talks = [lab.spawn(plc, ddsperf(plc, "-D 4 -T KS pub 2Hz size 16"))]
        time.sleep(1)
        talks.append(lab.spawn(scada, ddsperf(scada, "-D 3 -T KS sub")))
        for talk in talks:
            talk.wait(20)
most = 120  # packets: discovery and the first samples
capture.save(output(), capture.packets[:most])
