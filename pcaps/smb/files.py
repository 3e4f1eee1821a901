"""An engineer signs in to a file server, reads a project and saves it; another password is refused.

kind: S
expect: smb2.cmd == 1 && smb2.flags.response == 0 => 4
expect: ntlmssp.auth.username == "operator" => 2
expect: smb2.cmd == 9 => 2
expect: smb2.nt_status == 0xc000006d => 1
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, laptop, server
from tools.smb import Client

tape = Tape()
tape.resolve(engineer, server)
talk = TcpSession(tape, engineer, server, 445, 49811)
talk.open()
client = Client(talk)
client.negotiate()
client.sign_in()
client.connect(r"\\10.20.0.40\projects", 5)
client.open(r"pump7\main.ap15", 5)
client.read(b"PROJECT pump 7 v12 " * 100, 5)
client.write(b"PROJECT pump 7 v13 " * 100, 5)
client.close(5)
talk.close()
tape.resolve(laptop, server)
other = TcpSession(tape, laptop, server, 445, 49812)
other.open()
stranger = Client(other)
stranger.negotiate()
stranger.sign_in(status=0xC000006D)
other.close()
tape.save(output())
