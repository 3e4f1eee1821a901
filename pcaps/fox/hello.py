"""A workbench says hello to a Niagara station and signs in; a scanner says hello and is refused.

kind: S
expect: tcp.port == 1911 && tcp.len > 0 => 9
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, laptop, plc


# Layout: fox-info for Nmap of B. Rios, T. McCorkle and S. Hilt.
def message(line, *entries):
    return (f"fox {line}\n{{\n" + "".join(f"{entry}\n" for entry in entries) + "};;\n").encode()


station = [
    "fox.version=s:1.0.1", "id=i:34", "hostName=s:jace-tower", "hostAddress=s:10.20.0.11", "app.name=s:Station",
    "app.version=s:3.8.38", "vm.name=s:J9", "vm.version=s:2.4", "os.name=s:QNX", "os.version=s:6.4.1",
    "station.name=s:Tower_East", "lang=s:en", "timeZone=s:Asia/Shanghai;28800000;0;null;null",
    "hostId=s:Qnx-NPM6-0000-0000-0001", "brandId=s:vykon",
]  # fmt: skip
workbench = [
    "fox.version=s:1.0", "id=i:1", "hostName=s:ES-0451", "hostAddress=s:10.20.0.8", "app.name=s:Workbench",
    "app.version=s:3.8.38", "os.name=s:Windows 10", "os.version=s:10.0", "hostId=s:Win-0000-0000-0000-0001", "brandId=s:vykon",
]  # fmt: skip
tape = Tape()
tape.resolve(engineer, plc)
talk = TcpSession(tape, engineer, plc, 1911, 42167)
talk.open()
talk.exchange(message("a 1 -1 fox hello", *workbench), message("a 0 -1 fox hello", *station))
tape.wait(30)
talk.server(message("a 1 -1 fox challenge", "method=s:digest-md5", "nonce=b:4[abcd]"))
tape.wait(200)
talk.exchange(message("a 2 -1 fox login", "user=s:operator", "digest=b:4[wxyz]"), message("a 2 -1 fox welcome"))
tape.wait(500)
talk.client(message("s 3 -1 station invoke", "slot=s:reset"))
talk.close()
scan = TcpSession(tape, laptop, plc, 1911, 47652)
scan.open()
scan.exchange(message("a 1 -1 fox hello", "fox.version=s:1.0", "id=i:1"), message("a 0 -1 fox hello", *station))
scan.server(message("a 1 -1 fox rejected"))
scan.close()
tape.save(output())
