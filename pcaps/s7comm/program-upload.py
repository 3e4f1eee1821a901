"""The engineering station uploads DB1 and FC10 (1D, 1E, 1F) and changes nothing.

kind: S
expect: s7comm.param.func == 0x1d => 4
expect: s7comm.param.func == 0x1e && ip.src == 10.20.0.8 => 4
expect: s7comm.param.func == 0x1f => 4
"""

from tools import s7
from tools.lab import output
from tools.session import Tape, TcpSession, engineer, plc

chunk_size = 222

tape = Tape()
tape.resolve(engineer, plc)
talk = s7.Talk(TcpSession(tape, engineer, plc, s7.port, 49420))
talk.open()


def upload(upload_id, kind, number, code):
    body = s7.block(kind, number, code)
    ask = s7.named_param(s7.start_upload, s7.file_name(kind, number, "A"))
    talk.call(ask, s7.start_upload_reply(upload_id, len(body)))
    chunks = [body[i : i + chunk_size] for i in range(0, len(body), chunk_size)]
    for place, chunk in enumerate(chunks):
        answer = s7.status_param(s7.upload, more=place + 1 < len(chunks))
        ask = s7.upload_param(s7.upload, upload_id)
        talk.call(ask, answer, answer_data=s7.chunk_data(chunk))
    talk.call(s7.upload_param(s7.end_upload, upload_id), bytes([s7.end_upload]))
    tape.wait(200)


upload(7, s7.data_block, 1, bytes(64))
upload(8, s7.function_block, 10, bytes(range(256)) * 2)
talk.session.acknowledge(0)
talk.session.close()
tape.save(output())
