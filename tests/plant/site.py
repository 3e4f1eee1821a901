"""Qingxi Water Works (青溪水厂), which does not exist: its devices, their levels and their network.

The works' own network is 10.3.0.0/16 without routers, the third octet is the Purdue level: 1 controllers, drives
and stations, 2 panels, 3 servers of the control room, 4 the zone between works and office. The office, 10.8.0.0/24,
is behind the gateway, so its hosts are seen with the gateway's MAC. All MACs are locally administered.
"""

from dataclasses import dataclass, replace

name = {"en": "Qingxi Water Works (fictional)", "zh": "青溪水厂（虚构）"}
maker = "Lanhe Controls"  # a made-up maker: what identities say
gateway_mac = "02:4c:59:03:04:01"


@dataclass(frozen=True)
class Host:
    name: str
    ip: str
    mac: str
    level: str = ""
    kind: str = ""
    zone: str = ""
    en: str = ""
    zh: str = ""
    ttl: int = 64

    def office(self):
        return self.ip.startswith("10.8.")

    def seen_by(self, peer, with_ip=False):
        """This host as `peer`'s segment sees it: across the gateway it has the gateway's MAC and one hop less;
        with_ip also its address, as ARP asks for the gateway then."""
        if self.office() == peer.office() or self.ip == gateway.ip:
            return self
        if not self.office():  # the capture is made inside: what leaves is as its sender made it
            return self
        return replace(self, mac=gateway_mac, ttl=self.ttl - 1, ip=gateway.ip if with_ip else self.ip)


hosts = {}


def _add(level, zone, kind, first, *rows, ttl=64):
    """rows: name, English, Chinese; addresses count from `first` (third.fourth octet)."""
    third, fourth = first
    for name_, en, zh in rows:
        net = "10.8.0" if third == 8 else f"10.3.{third}"
        mac = f"02:4c:59:{8 if third == 8 else 3:02x}:{third:02x}:{fourth:02x}"
        hosts[name_] = Host(name_, f"{net}.{fourth}", mac, level, kind, zone, en, zh, ttl)
        fourth += 1
    return [hosts[row[0]] for row in rows]


_add("1", "intake", "controller", (1, 11), ("PLC-101", "raw water pumps", "原水泵"), ("PLC-102", "screens", "格栅"))
_add("1", "dosing", "controller", (1, 13), ("PLC-103", "coagulant dosing", "混凝剂投加"), ("PLC-104", "chlorine dosing", "加氯"))
_add("1", "filters", "controller", (1, 21), *[(f"PLC-20{n}", f"filter {n}", f"{n} 号滤池") for n in range(1, 5)], ttl=30)
_add("1", "pump-hall", "controller", (1, 41), ("PLC-401", "high-lift pumps 1-2", "送水泵 1-2"), ("PLC-402", "high-lift pumps 3-4", "送水泵 3-4"))
_add("1", "network", "rtu", (1, 51), *[(f"RTU-50{n}", f"reservoir {n}", f"{n} 号高位水池") for n in range(1, 7)])
_add("1", "network", "rtu", (1, 61), ("RTU-601", "booster east", "东区加压站"), ("RTU-602", "booster west", "西区加压站"))
_add("0", "dosing", "field", (1, 71), *[(f"AN-70{n}", f"analyser {n}", f"{n} 号水质仪") for n in range(1, 5)])
_add("0", "intake", "field", (1, 75), *[(f"FT-70{n}", f"flow meter {n}", f"{n} 号流量计") for n in range(5, 9)])
_add("0", "pump-hall", "drive", (1, 81), *[(f"VFD-41{n}", f"drive of pump {n}", f"{n} 号泵变频器") for n in range(1, 5)])
_add("1", "intake", "gateway", (1, 90), ("GW-190", "serial gateway, four meters", "串口网关（四台电表）"))
_add("2", "intake", "hmi", (2, 11), ("HMI-1", "panel intake", "取水操作站"), ttl=128)
_add("2", "dosing", "hmi", (2, 12), ("HMI-2", "panel dosing", "加药操作站"), ttl=128)
_add("2", "filters", "hmi", (2, 13), ("HMI-3", "panel filters", "滤池操作站"), ttl=128)
_add("2", "pump-hall", "hmi", (2, 14), ("HMI-4", "panel pump hall", "泵房操作站"), ttl=128)
_add("3", "control-room", "server", (3, 11), ("SCADA-1", "control server", "调度主机"), ("SCADA-2", "standby control server", "备用主机"),
     ("OPC-1", "OPC UA server", "OPC UA 服务器"), ("HIST-1", "historian", "历史库"), ("EWS-1", "engineering station", "工程师站"),
     ("DC-1", "names, times and sign-in", "域控/时钟"), ("FILE-1", "file and backup server", "备份服务器"), ("NMS-1", "network management", "网管"), ttl=128)
_add("3", "control-room", "switch", (3, 241), ("SW-1", "switch control room", "中控交换机"), ("SW-2", "switch pump hall", "泵房交换机"), ("SW-3", "switch filters", "滤池交换机"))
_add("3.5", "dmz", "server", (4, 11), ("WEB-1", "reports for the office", "报表发布"), ("PATCH-1", "updates", "补丁服务器"))
_add("4", "office", "it", (8, 21), *[(f"OFFICE-{n}", f"office {n}", f"办公电脑 {n}") for n in range(1, 5)], ttl=128)

gateway = hosts["GATEWAY"] = Host("GATEWAY", "10.3.4.1", gateway_mac, "3.5", "gateway", "dmz", "firewall to the office", "防火墙")

# Not part of the works: who comes in an act.
laptop = Host("LAPTOP", "10.3.9.77", "02:4c:59:66:09:4d", "", "stranger", "", "a stranger's laptop", "陌生笔记本", 128)
contractor = Host("CONTRACTOR", "10.3.9.78", "02:4c:59:66:09:4e", "", "stranger", "", "a contractor's laptop", "外包商笔记本", 128)
visitor = Host("CAMERA", "10.3.9.80", "02:4c:59:66:09:50", "", "stranger", "", "a camera nobody announced", "未登记摄像头")
