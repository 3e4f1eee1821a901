"""A panel in German asks a pump's page, and one in Chinese.

kind: S
stack: scripted packets
expect: http.accept_language => 2
"""

from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
for number, language in enumerate(("de-DE,de;q=0.8", "zh-CN")):
    talk = TcpSession(tape, hmi, plc, 80, 50160 + number)
    talk.open()
    ask = f"GET / HTTP/1.1\r\nHost: pump7\r\nAccept-Language: {language}\r\n\r\n"
    talk.exchange(ask.encode(), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    talk.close()
tape.save(output())
