#!/usr/bin/env python3
"""The sensor on a wire: what is sent is captured or counted, and nothing is sent back.

usage: live_test.py BIN_FOLDER sweep|drops|slow_disk|interface|mirror|permission|silence|processes|upload|units [--packets N]
"""
import argparse
import itertools
import json
import os
import pathlib
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time

import wire
from wire import check, inside, ip, link, outside, patience, root, until

sys.path.insert(0, str(root / "pcaps"))
from tools import modbus, pcapfile  # noqa: E402
from tools.session import Tape, TcpSession, hmi, plc  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("part")
parser.add_argument("--shim", type=pathlib.Path, help="slow_sync, for slow_disk")
parser.add_argument("--packets", type=int, default=300_000)
args = parser.parse_args()
bin_folder = args.bin.resolve()
rates = (20_000, 50_000, 100_000, 150_000)


def whole(stats, sent):
    """Every frame the kernel saw is accounted for, once."""
    seen, dropped = stats["capture.packets"], stats["capture.kernel_drop"]
    check(f"captured {seen} + dropped {dropped} = sent {sent}", seen + dropped == sent)
    check(f"the kernel saw {stats['capture.kernel_packets']} of {sent}", stats["capture.kernel_packets"] == sent)
    decoded = sum(stats[f"decode.{way}"] for way in ("transport", "network", "fragment", "link_only", "invalid"))
    check(f"captured {seen} = decoded {decoded}", seen == decoded == stats["decode.packets"])


def sweep():
    """Captured = sent, exactly, at each rate; a tenth of the frames carries a VLAN tag."""
    shares = [args.packets * rate // sum(rates) for rate in rates]
    total = 0
    for rate, count in zip(rates, shares):
        with wire.Sensor(bin_folder, "capture.ring=256MB" if args.packets > 1_000_000 else "capture.ring=64MB") as sensor:
            seconds = wire.send(bin_folder, count, rate, vlan_every=10)
            stats = sensor.stop()
        whole(stats, count)
        check(f"nothing was dropped at {rate} a second, but {stats['capture.kernel_drop']}", stats["capture.kernel_drop"] == 0)
        tagged = count // 1024 * 103 + (count % 1024 + 9) // 10  # frames come in 1024 kinds
        check(f"{stats['decode.tagged']} of {tagged} tags kept", stats["decode.tagged"] == tagged)
        total += count
        print(f"asked {rate:>7} a second, sent {count:>8} at {count / seconds:>9.0f} a second, captured {stats['capture.packets']:>8}, dropped 0")
    print(f"captured = sent: {total}")


def drops():
    """A ring that overflows: captured + dropped = sent, exactly, again and again on one socket."""
    with wire.Sensor(bin_folder, "capture.ring=1MB") as sensor:
        sent = 0
        for turn in range(3):
            watcher = sensor.watcher()
            os.kill(watcher, signal.SIGSTOP)
            wire.send(bin_folder, 30_000)
            os.kill(watcher, signal.SIGCONT)
            sent += 30_000
            until("the ring is read", lambda: sensor.stats()["capture.kernel_packets"] == sent)
            wire.send(bin_folder, 500, 5_000)  # room again
            sent += 500
        stats = sensor.stop()
        check("it is said that the sensor is too slow", "The sensor is too slow for this traffic" in sensor.log())
    whole(stats, sent)
    check("the ring overflowed", stats["capture.kernel_drop"] > 30_000)
    check("what fits was kept", stats["capture.packets"] > 3 * 2_000)
    print(f"sent {sent}, captured {stats['capture.packets']}, dropped and counted {stats['capture.kernel_drop']}")


def slow_disk():
    """Each fdatasync takes 400 ms longer: what the sensor cannot take meanwhile the kernel drops and
    counts, and every event is written or counted as refused."""
    rules = pathlib.Path(wire.tempfile.mkdtemp(prefix="langyan-live-rules-"))
    (rules / "own.rules").write_text('alert udp any any -> any 9 (msg:"a frame"; dsize:>0; sid:1000001; rev:1;)\n')
    sent = 60_000
    with wire.Sensor(bin_folder, "capture.ring=1MB", f"spool.folder={rules / 'spool'}", "spool.commit_interval=5ms", rules=rules,
                     LD_PRELOAD=str(args.shim.resolve()), LANGYAN_SLOW_SYNC_MS="400") as sensor:
        wire.send(bin_folder, sent, 20_000)
        stats = sensor.stop()
    wire.shutil.rmtree(rules)
    whole(stats, sent)
    events = stats["events.alerts"] + stats["events.refused_alerts"]
    check(f"{events} alerts written or refused, of {stats['capture.packets']} packets", events == stats["capture.packets"])
    print(f"sent {sent}, captured {stats['capture.packets']}, dropped and counted {stats['capture.kernel_drop']}; "
          f"{stats['events.alerts']} alerts written, {stats['events.refused_alerts']} refused and counted; "
          f"{stats['spool.commits']} commits of 0.4 s or more")
    check("the disk held it up", stats["spool.commits"] > 1)


def interface():
    """Down, up, renamed, another MTU, deleted and made again: said once each, and captured again."""
    with wire.Sensor(bin_folder) as sensor:
        sent = 0

        def captures(what, through=outside):
            nonlocal sent
            wire.send(bin_folder, 1000, interface=through)
            sent += 1000
            until(f"captured {what}: {sent} frames", lambda: sensor.captured() == sent)

        def said(words, times=1):
            until(f"it says: {words}", lambda: sensor.log().count(words) >= times)
            time.sleep(1.2)  # two more looks of the parent: it must not say it again
            count = sensor.log().count(words)
            check(f'"{words}" said {count} times, not {times}', count == times)

        captures("at first")
        watcher = sensor.watcher()
        ip("link", "set", inside, "down")
        said("the interface is down")
        ip("link", "set", inside, "up")
        said("the interface is up")
        captures("after down and up")
        ip("link", "set", inside, "name", "mirror9")
        said("the interface is called mirror9 now")
        captures("under another name")
        ip("link", "set", "mirror9", "name", inside)
        said("the interface has its name again")
        ip("link", "set", inside, "mtu", "9000")
        ip("link", "set", outside, "mtu", "9000")
        captures("with another MTU")
        big = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        big.bind((outside, 0))
        big.send(b"\x02" * 12 + b"\x88\xb5" + b"x" * 8900)
        sent += 1
        until("a frame of 8914 octets is captured", lambda: sensor.captured() == sent)
        check("and whole", sensor.stats()["capture.snapped"] == 0)
        for turn in range(2):
            ip("link", "delete", outside)
            said("the interface is gone", turn + 1)
            wire.make_pair()
            said("the interface is up", turn + 2)
            until("promiscuous again", lambda: link(inside)["promiscuity"] >= 1)
            captures("after it was deleted and made again")
        check("the watcher lived through all of it", sensor.watcher() == watcher)
        whole(sensor.stop(), sent)
        print(f"down, up, renamed, MTU 9000, deleted twice: {sent} frames sent and captured")


def frames_of(capture):
    return [packet.data for packet in pcapfile.read(root / f"pcaps/{capture}.pcap")[1]]


def mirror():
    """What an operator gets wrong about a mirror port is said once, with what to do, and is an event and in the statistics."""
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((outside, 0))

    def send(frames, times=1):
        for frame in frames:
            for _ in range(times):
                sender.send(frame)
            time.sleep(0.001)

    ports = itertools.count(50000)

    def segments(count, sides=(0, 1)):
        session = TcpSession(Tape(), hmi, plc, 502, next(ports))
        for tid in range(count):
            session.client(modbus.adu(tid, modbus.read(3, 0, 2)))
            session.server(modbus.adu(tid, modbus.read_words_reply(3, [tid & 255, 0])))
        return [packet.data for at, packet in enumerate(session.tape.packets) if at % 2 in sides]

    wire.gro(inside, True)
    with wire.Sensor(bin_folder) as sensor:
        def events():
            found = [json.loads(line) for line in sensor.events_file.read_text().splitlines()]
            return [event["anomaly"]["event"] for event in found if event.get("anomaly", {}).get("type") == "mirror"]

        def said(name, words):
            until(f"it says: {words}", lambda: words in sensor.log())
            until(f"there is an event {name}", lambda: name in events())
            until(f"the statistics have {name}", lambda: name.removeprefix("mirror.") in sensor.newest()["mirror"])
            time.sleep(2.2)  # two looks more: it must not say it again
            check(f'"{words}" said {sensor.log().count(words)} times', sensor.log().count(words) == 1)
            check(f"{events().count(name)} events {name}", events().count(name) == 1)

        check("it says how to stop gluing", sensor.log().count(f"sudo ethtool -K {inside} gro off") == 1)
        said("mirror.silent", "Nothing arrives at the mirror port.")
        send([b"\xff" * 6 + frame[6:] for frame in segments(300)])
        said("mirror.groups_only", "Only broadcasts and multicasts arrive")
        send(segments(400, sides=(0,)))
        said("mirror.one_way", "One direction of connections is missing")
        send(segments(200), times=2)
        said("mirror.copies", "Packets arrive more than once")
        send([bytes.fromhex("020000000002" "020000000001" "0800" "4f")] * 200)
        said("mirror.unreadable", "Frames of kinds the sensor does not read")
        send(frames_of("decode/erspan"))
        until("what a mirror session over IP brings is decoded", lambda: sensor.stats()["decode.tunnelled"] >= 60)
        until("and when all is well that is said", lambda: sensor.log().count("no longer so") >= 4)
        sensor.stop()
    wire.gro(inside, False)
    with wire.Sensor(bin_folder) as sensor:
        check("where nothing is glued nothing is said", "ethtool" not in sensor.log())
    print("silent, groups only, one way, copies, unreadable, glued: each said once, with what to do")


def permission():
    """Who may not capture is told how to be allowed, and an interface that is down or not there is named."""
    def refusal(interface, *before):
        done = subprocess.run([*before, bin_folder / "langyan-sensor", "-i", interface], cwd="/", capture_output=True, text=True, timeout=patience)
        check(f"{interface}: refused, not {done.returncode}", done.returncode not in (0, -9))
        return done.stderr

    nobody = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all")
    text = refusal(inside, *nobody)
    check(f"it says how to be allowed: {text}", "setcap cap_net_raw+ep" in text)
    text = refusal("mirror1")
    check(f"it says what there is: {text}", f'did you mean "{inside}"' in text)
    ip("link", "set", inside, "down")
    text = refusal(inside)
    check(f"it says how to put it up: {text}", f"sudo ip link set {inside} up" in text)
    print("no permission, no such interface, an interface that is down: each refused with what to do")


def silence():
    """Not one frame leaves the monitored side, whatever comes in."""
    peer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    peer.bind((outside, 0))
    peer.setblocking(False)
    probes = {
        "ARP request": "ffffffffffff020000000001" "0806" "0001080006040001" "0200000000010a090001" "0000000000000a080001",
        "ICMP echo": "020000000002020000000001" "0800" "4500001c00000000400165c50a0900010a080001" "0800f7ff00000000",
        "TCP SYN": "020000000002020000000001" "0800" "45000028000000004006 65b40a0900010a080001" "9c4001f60000000000000000 5002ffff00000000",
        "neighbour solicitation": "3333ff000001020000000001" "86dd" "6000000000183aff fe800000000000000000000000000001 ff0200000000000000000001ff000001"
                                  "8700000000000000 fe800000000000000000000000000002",
        "MLD query": "333300000001020000000001" "86dd" "6000000000183a01 fe800000000000000000000000000001 ff020000000000000000000000000001"
                     "8200000000000000 00000000000000000000000000000000",
    }
    with wire.Sensor(bin_folder) as sensor:
        for turn in range(20):
            for frame in probes.values():
                peer.send(bytes.fromhex(frame.replace(" ", "")))
        wire.send(bin_folder, 5000)
        until("all of it was captured", lambda: sensor.captured() == 5000 + 20 * len(probes))
        os.kill(sensor.watcher(), signal.SIGKILL)  # a new watcher sends no more than the first
        until("it runs again", lambda: "started again" in sensor.log() and sensor.watcher())
        sensor.stop()
    came_back = 0
    while True:
        try:
            _, address = peer.recvfrom(65535)
        except BlockingIOError:
            break
        came_back += address[2] != socket.PACKET_OUTGOING
    sent = link(inside)["stats64"]["tx"]["packets"]
    check(f"{came_back} frames came out of the monitored side", came_back == 0)
    check(f"the monitored side counts {sent} frames sent", sent == 0)
    print("frames sent by the monitored side: 0 by its counter, 0 seen at the other end")


def status_of(pid):
    lines = (line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: value.strip() for name, value in lines}


def confined(pid, filtered):
    status = status_of(pid)
    for which in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        check(f"{status['Name']}: {which} is {status[which]}", int(status[which], 16) == 0)
    check(f"{status['Name']}: NoNewPrivs is {status['NoNewPrivs']}", status["NoNewPrivs"] == "1")
    check(f"{status['Name']}: Seccomp is {status['Seccomp']}", not filtered or status["Seccomp"] == "2")


def sockets_of(pid):
    """Inodes of the sockets a process holds."""
    names = (os.readlink(each) for each in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    return {name[8:-1] for name in names if name.startswith("socket:")}


def captures_of(pid):
    packet_sockets = {line.split()[8] for line in open("/proc/net/packet").readlines()[1:]}
    return sockets_of(pid) & packet_sockets


def processes():
    """The running processes hold nothing; the watcher killed alone goes on where the dead one stopped;
    rules replaced under it are reloaded."""
    rules = pathlib.Path(wire.tempfile.mkdtemp(prefix="langyan-live-rules-"))
    text = 'alert udp any any -> any 9 (msg:"generation {0}"; dsize:>0; sid:1000001; rev:{0};)\n'
    (rules / "own.rules").write_text(text.format(1))
    with wire.Sensor(bin_folder, rules=rules) as sensor:
        confined(sensor.process.pid, False)
        for turn in range(3):
            watcher = sensor.watcher()
            confined(watcher, True)
            check("the watcher holds the capture and no other socket",
                  len(sockets_of(watcher)) == 1 and captures_of(watcher) == sockets_of(watcher))
            os.kill(watcher, signal.SIGKILL)
            wire.send(bin_folder, 2000)  # while there is no watcher
            until("another watcher runs", lambda: sensor.child("langyan-watch") not in (None, watcher))
            sensor.watcher()
            until("what came meanwhile is read", lambda: sensor.captured() == 2000 and sensor.stats()["process.watch_restarts"] == turn + 1)
            check("nothing was dropped", sensor.stats()["capture.kernel_drop"] == 0)
        check("the log counts them", "(time 3 since the start)" in sensor.log())
        for generation in range(2, 5):
            (rules / "new").write_text(text.format(generation))
            os.replace(rules / "new", rules / "own.rules")
            sensor.process.send_signal(signal.SIGUSR2 if generation % 2 else signal.SIGHUP)
            until(f"reload {generation}", lambda: sensor.log().count("rules reloaded: 1 loaded") == generation - 1)

            def alerted():
                wire.send(bin_folder, 10)
                return f'"signature":"generation {generation}"' in sensor.events_file.read_text()

            until(f"alerts of generation {generation}", alerted)
        parent, watcher = sensor.process.pid, sensor.watcher()
        os.kill(parent, signal.SIGKILL)
        until("the watcher ends with its parent", lambda: not pathlib.Path(f"/proc/{watcher}/task").exists())
    wire.shutil.rmtree(rules)
    print("3 watchers killed, 6000 frames sent meanwhile and captured; 3 reloads; CapEff 0, NoNewPrivs 1, Seccomp 2")


def committed_of(spool):
    """(epoch, last alert, last bulk position) of the newest whole slot; format: src/spool/spool.h."""
    raw = (spool / "committed").read_bytes()
    slots = [raw[at:at + 128] for at in (0, 512) if len(raw) >= at + 128 and raw[at:at + 4].strip(b"\0")]
    numbers = struct.unpack("<14Q", max(slots, key=lambda slot: struct.unpack("<Q", slot[8:16]))[16:])
    return f"{numbers[0]:016x}", {"alert": numbers[2], "bulk": numbers[6]}


def stored_in(center):
    seen = {}
    for file in sorted((center / "events").glob("*.db")):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            try:
                rows = database.execute("SELECT epoch, lane, seq FROM event_view WHERE sensor = 'live'").fetchall()
            except sqlite3.OperationalError:  # made this moment
                continue
        for epoch, lane, seq in rows:
            seen.setdefault((epoch, lane), []).append(seq)
    return seen


def units():
    """Center and sensor with the system calls and capabilities of their systemd units, and no more:
    what is sent reaches the store."""
    upload(rounds=0, units=True)


def as_unit(name, capabilities):
    limits = f"-all{capabilities}"
    return ("setpriv", "--no-new-privs", f"--inh-caps={limits}", f"--ambient-caps={limits}", f"--bounding-set={limits}",
            sys.executable, root / "tests" / "live" / "unit_filter.py", root / "config" / "systemd" / f"{name}.service")


def upload(rounds=6, units=False):
    """Watcher and shipper killed alone in turn, live and with a center: what was committed is in the
    store exactly once."""
    data = pathlib.Path(wire.tempfile.mkdtemp(prefix="langyan-live-center-"))
    around = as_unit("langyan-center", "") if units else ()
    center = subprocess.Popen([*around, bin_folder / "langyan-center", "-q", "--data", data / "center", "--listen", "127.0.0.1:0",
                               "--set", "store.free_floor=0B"])
    rules = data / "own.rules"
    rules.write_text('alert udp any any -> any 9 (msg:"a frame"; dsize:>0; sid:1000001; rev:1;)\n')
    try:
        address = data / "center" / "address"
        url = until("the center runs", lambda: address.exists() and (data / "center" / "admin.sock").exists() and address.read_text().strip())
        token = subprocess.run([bin_folder / "langyan", "token", "add", "--data", data / "center", "--role", "ingest", "--source", "live"],
                               check=True, capture_output=True, text=True).stdout
        (data / "token").write_text(token)
        (data / "token").chmod(0o600)
        last = {}
        with wire.Sensor(bin_folder, "sensor.name=live", f"spool.folder={data / 'spool'}", f"uplink.url={url}",
                         f"uplink.token_file={data / 'token'}", "spool.commit_interval=5ms", rules=rules,
                         before=as_unit("langyan-sensor", ",+net_raw") if units else ()) as sensor:
            confined(sensor.shipper(), True)
            check("the shipper holds no capture", not captures_of(sensor.shipper()))
            for turn in range(rounds):
                for name in (("langyan-watch",), ("langyan-ship",), ("langyan-watch", "langyan-ship"))[turn % 3]:
                    victim = until(f"{name} runs", lambda: sensor.settled(name, 2))
                    wire.send(bin_folder, 300, 5000)
                    os.kill(victim, signal.SIGKILL)
                    until(f"another {name}", lambda: sensor.child(name) not in (None, victim))
                epoch, lanes = committed_of(data / "spool")
                last |= {(epoch, lane): max(position, last.get((epoch, lane), 0)) for lane, position in lanes.items()}
            sensor.watcher(), sensor.shipper()
            wire.send(bin_folder, 300, 5000)
            until("the alerts are committed", lambda: committed_of(data / "spool")[1]["alert"] > last.get((committed_of(data / "spool")[0], "alert"), 0))
            restarts = sensor.log().count("it is started again")

            def all_there():
                seen = stored_in(data / "center")
                epoch, lanes = committed_of(data / "spool")
                return all(set(range(1, lanes[lane] + 1)) <= set(seen.get((epoch, lane), ())) for lane in lanes)

            until("everything committed is delivered", all_there)
            sensor.stop()
        seen = stored_in(data / "center")
        for key, position in last.items():
            missing = set(range(1, position + 1)) - set(seen.get(key, ()))
            check(f"{key}: {len(missing)} of {position} committed events are not in the store", not missing)
        for key, numbers in seen.items():
            check(f"{key}: events twice in the store", len(numbers) == len(set(numbers)))
        total = sum(len(numbers) for numbers in seen.values())
        check(f"{total} events are enough to tell", total >= 300 + 150 * rounds)
        check(f"{restarts} restarts are logged", restarts == rounds // 3 * 4)
        print(f"{restarts} kills of watcher and shipper, {total} events in the store, each once")
    finally:
        center.kill()
        center.wait()
        wire.shutil.rmtree(data, ignore_errors=True)


parts = {"sweep": sweep, "drops": drops, "slow_disk": slow_disk, "interface": interface, "mirror": mirror, "permission": permission, "silence": silence, "processes": processes, "upload": upload, "units": units}
check(f"{args.part} is one of {', '.join(parts)}", args.part in parts)
wire.enter_namespace()
wire.make_pair()
parts[args.part]()
