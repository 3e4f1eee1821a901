"""An engineer fetches a recipe from a panel and puts another one there, passively and actively; a laptop guesses a
password and sends a command no path is as long as.

kind: S
malformed: yes
stack: scripted messages
expect: ftp.request.command == "STOR" => 2
expect: ftp.response.code == 530 => 1
expect: ftp-data => 3
"""

from tools.lab import output
from tools.session import Host, Tape, TcpSession, engineer, laptop

panel = Host("panel", "10.20.0.51", "02:4c:59:00:00:51")
tape = Tape()


def say(session, command, reply):
    session.exchange(command.encode() + b"\r\n", reply.encode() + b"\r\n")


def sign_in(session, user, password, code):
    session.open()
    session.server(b"220 Panel FTP server ready\r\n")
    say(session, "USER " + user, "331 Password required")
    say(session, "PASS " + password, code)


talk = TcpSession(tape, engineer, panel, 21, 49300)
sign_in(talk, "recipes", "not-for-the-log", "230 Logged in")
say(talk, "SYST", "215 UNIX Type: L8")
say(talk, "TYPE I", "200 Type set to I")
for turn, (command, file, text) in enumerate(
    [("RETR", "mix7.csv", b"water;640\nclinker;12\n"), ("STOR", "mix8.csv", b"water;700\nclinker;14\n")]
):
    port = 50000 + turn
    say(talk, "PASV", f"227 Entering Passive Mode (10,20,0,51,{port >> 8},{port & 255}).")
    data = TcpSession(tape, engineer, panel, port, 49310 + turn)
    data.open()
    talk.client(f"{command} {file}\r\n".encode())
    talk.server(b"150 Opening data connection\r\n")
    data.data(command == "RETR", text)
    data.close(command == "RETR")
    talk.server(b"226 Transfer complete\r\n")
    tape.wait(2_000)
say(talk, "PORT 10,20,0,8,195,90", "200 PORT command successful")
active = TcpSession(tape, panel, engineer, 50010, 20)
talk.client(b"STOR mix9.csv\r\n")
talk.server(b"150 Opening data connection\r\n")
active.open()
active.server(b"water;710\n")
active.close(1)
talk.server(b"226 Transfer complete\r\n")
say(talk, "DELE mix8.csv", "250 Deleted")
say(talk, "QUIT", "221 Goodbye")
talk.close()
stranger = TcpSession(tape, laptop, panel, 21, 49330)
sign_in(stranger, "admin", "admin", "530 Login incorrect")
stranger.client(b"MKD " + b"A" * 2500 + b"\r\n")
stranger.reset(1)
tape.save(output())
