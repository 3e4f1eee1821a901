"""Who polls what in the works: the devices' points and the standing connections, with honest periods (1 to 15 s)
and jitter (a panel's clock trembles by tens of milliseconds, a controller's by one)."""

from plant import process, site
from plant.talks import Dnp3, Enip, Iec104, Modbus, OpcUa, S7

panel, controller, server_jitter = 25.0, 1.5, 60.0  # ms

nodes = [f"{area}.{what}" for area in ("Intake", "Filters", "Dosing", "PumpHall") for what in ("Flow", "Level", "Pressure")]


def build(day):
    host = site.hosts
    for each in host.values():
        day.devices[each.name] = process.Device(day.random(f"points of {each.name}"))
    for number in range(101, 105):
        _modbus_controller(day, number)
    for number in range(201, 205):
        _s7_controller(day, number)
    for number in (401, 402):
        _logix_controller(day, number)
    _field(day)
    _stations(day)
    opc = day.devices["OPC-1"]
    for at, node in enumerate(nodes):
        opc.points["node", node] = process.Measure(opc.rng, 20 + 15 * at, 5, 0.4)
    OpcUa(day, host["HIST-1"], host["OPC-1"], [(5, *nodes)], jitter_ms=server_jitter)
    OpcUa(day, host["SCADA-2"], host["OPC-1"], [(10, *nodes[:6])], jitter_ms=server_jitter)


def _modbus_controller(day, number):
    """Input registers 30001-30008, coils 1-6, setpoints 40001-40006, the shift's counters 40101-40108."""
    plc = site.hosts[f"PLC-{number}"]
    device = day.devices[plc.name]
    device.measures((1, 4), 0, 8, {101: 600, 102: 140, 103: 260, 104: 700}[number], 60, 4)
    device.measures((1, 3), 100, 8, 4000, 0, 0)
    for coil in range(6):
        device.set((1, 1), coil, coil % 2 == 0)
    for place, value in enumerate({101: (600, 40), 102: (40, 12), 103: (250, 80), 104: (700, 100)}[number]):
        device.set((1, 3), place, value)
    hmi = site.hosts["HMI-1" if number < 103 else "HMI-2"]
    Modbus(day, hmi, plc, [(2, 1, 4, 0, 8), (5, 1, 1, 0, 6), (10, 1, 3, 0, 6)], jitter_ms=panel)
    Modbus(day, site.hosts["OPC-1"], plc, [(5, 1, 4, 0, 8), (15, 1, 3, 0, 6)], jitter_ms=server_jitter)


def _s7_controller(day, number):
    """DB1: measured words; DB10: setpoints, DBW4 the level; DB20: the state of the backwash, DBW0 its start."""
    plc = site.hosts[f"PLC-{number}"]
    device = day.devices[plc.name]
    for at, middle in enumerate((1000, 320, 55, 18)):
        device.points[1, 2 * at] = process.Measure(device.rng, middle, middle / 20, middle / 200)
    device.set(10, 4, 1000)
    device.set(10, 6, 320)
    device.set(20, 0, 0)
    S7(day, site.hosts["HMI-3"], plc, [(2, (1, 0, 4), (20, 0, 1)), (10, (10, 4, 2))], jitter_ms=panel, think_ms=6)
    S7(day, site.hosts["OPC-1"], plc, [(5, (1, 0, 4))], jitter_ms=server_jitter, think_ms=6)


def _logix_controller(day, number):
    """Two pumps each: speed, pressure and power, and the speed wanted."""
    plc = site.hosts[f"PLC-{number}"]
    device = day.devices[plc.name]
    tags = []
    for pump in (1, 2) if number == 401 else (3, 4):
        for what, middle in (("Speed", 42.0), ("Pressure", 5.1), ("Power", 160.0)):
            tags.append(f"Pump{pump}.{what}")
            device.points["tag", tags[-1]] = process.Measure(device.rng, middle, middle / 8, middle / 300)
        device.set("tag", f"Pump{pump}.SpeedRef", 42.0)
        tags.append(f"Pump{pump}.SpeedRef")
    Enip(day, site.hosts["HMI-4"], plc, [(2, *tags)], jitter_ms=panel, think_ms=5)
    Enip(day, site.hosts["OPC-1"], plc, [(5, *tags[:3])], jitter_ms=server_jitter, think_ms=5)


def _field(day):
    """Controllers ask analysers, flow meters and drives; the OPC server asks the meters behind the gateway."""
    host = site.hosts
    for number in range(701, 705):
        name = f"AN-{number}"
        day.devices[name].measures((1, 4), 0, 4, 120 + 40 * (number - 700), 12, 1)
        plc = host["PLC-103" if number < 703 else "PLC-104"]
        Modbus(day, plc, host[name], [(2, 1, 4, 0, 4)], jitter_ms=controller, think_ms=12)
    for number in range(705, 709):
        name = f"FT-{number}"
        day.devices[name].measures((1, 3), 0, 6, 500, 80, 3)
        plc = host["PLC-101" if number < 707 else "PLC-102"]
        Modbus(day, plc, host[name], [(4, 1, 3, 0, 6)], jitter_ms=controller, think_ms=12)
    for number in range(411, 415):
        name = f"VFD-{number}"
        day.devices[name].measures((1, 3), 0, 4, 420, 40, 2)
        day.devices[name].set((1, 3), 16, 420)
        plc = host["PLC-401" if number < 413 else "PLC-402"]
        Modbus(day, plc, host[name], [(1, 1, 3, 0, 4)], jitter_ms=controller, think_ms=8)
    meters = day.devices["GW-190"]
    for unit in range(1, 5):
        meters.measures((unit, 3), 0, 10, 230, 6, 1)
    Modbus(day, host["OPC-1"], host["GW-190"], [(10, unit, 3, 0, 10) for unit in range(1, 5)], jitter_ms=server_jitter, think_ms=45)


def _stations(day):
    host = site.hosts
    for number in range(501, 507):
        device = day.devices[f"RTU-{number}"]
        for at, middle in enumerate((3.4, 12.0, 230.0, 75.0)):
            device.points["ioa", 701 + at] = process.Measure(device.rng, middle, middle / 10, middle / 300)
        rows = [(12, "report", 701, 702), (15, "report", 703, 704), (300, "states"), (3600, "interrogate"), (43200, "clock")]
        Iec104(day, host["SCADA-1"], host[f"RTU-{number}"], rows, number, jitter_ms=80, think_ms=35)
    for number in (601, 602):
        device = day.devices[f"RTU-{number}"]
        for at, middle in enumerate((4.2, 31.0, 230.0, 12.0)):
            device.points["analog", at] = process.Measure(device.rng, middle, middle / 10, middle / 300)
        Dnp3(day, host["SCADA-1"], host[f"RTU-{number}"], [(10, "events"), (3600, "integrity")], number - 590, jitter_ms=80, think_ms=35)
