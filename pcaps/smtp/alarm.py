"""A controller mails an alarm with a trend attached; a laptop's mail is refused; a third session changes to TLS.

kind: S
stack: scripted messages
expect: smtp.req.command == "RCPT" => 2
expect: smtp.response.code == 550 => 1
"""

from tools.lab import output
from tools.session import Tape, TcpSession, hmi, laptop, plc, server

tape = Tape()


def say(session, command, reply):
    session.exchange(command.encode() + b"\r\n", reply.encode() + b"\r\n")


talk = TcpSession(tape, plc, server, 25, 49400)
talk.open()
talk.server(b"220 mail.plant.example ESMTP\r\n")
say(talk, "EHLO plc-7.plant.example", "250-mail.plant.example\r\n250 SIZE 1000000")
say(talk, "MAIL FROM:<plc-7@plant.example>", "250 ok")
say(talk, "RCPT TO:<shift@plant.example>", "250 ok")
say(talk, "DATA", "354 go on")
mail = """From: plc-7@plant.example
To: shift@plant.example
Subject: Pump 7 failed
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: text/plain

Flow below 12 for 30 s.
--part
Content-Type: text/csv
Content-Disposition: attachment; filename="trend.csv"

08:00,640
--part--
.
"""
talk.client(mail.replace("\n", "\r\n").encode())
talk.server(b"250 queued\r\n")
say(talk, "QUIT", "221 bye")
talk.close()
tape.wait(500)
other = TcpSession(tape, laptop, server, 25, 49401)
other.open()
other.server(b"220 mail.plant.example ESMTP\r\n")
say(other, "HELO x", "250 mail.plant.example")
say(other, "MAIL FROM:<a@b.example>", "250 ok")
say(other, "RCPT TO:<nobody@plant.example>", "550 no such user")
say(other, "QUIT", "221 bye")
other.close()
tape.wait(500)
sealed = TcpSession(tape, hmi, server, 587, 49402)
sealed.open()
sealed.server(b"220 mail.plant.example ESMTP\r\n")
say(sealed, "EHLO hmi-5", "250-mail.plant.example\r\n250 STARTTLS")
say(sealed, "STARTTLS", "220 go ahead")
sealed.client(bytes.fromhex("15030100020228"))
sealed.server(bytes.fromhex("15030300020100"))
sealed.close()
tape.save(output())
