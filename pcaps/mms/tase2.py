"""Two control centers over TASE.2 (ICCP): an association that is refused and one that is granted, the
bilateral table, a transfer set that is enabled, a report; a device is selected and operated.

kind: S
expect: mms.initiate_RequestPDU_element => 2
expect: mms.confirmedServiceRequest == 4 => 3
expect: mms.confirmedServiceRequest == 5 => 3
expect: mms.unconfirmedService == 0 => 1
"""

from tools import mms
from tools.lab import output
from tools.mms import bit_string, boolean, int_value, real, string, structure
from tools.session import Host, Tape, TcpSession, scada

peer = Host("center", "10.20.0.60", "02:4c:59:00:00:60")
tape = Tape()
ours = dict(called=("1.3.9999.2", 2), calling=("1.3.9999.1", 1))

# A 9.2: rejected (1), the calling AP title is not recognized (3). T 7: the bilateral table knows it not.
refused = mms.Talk(TcpSession(tape, scada, peer, mms.port, 50510))
refused.connect()
refused.exchange(
    mms.dt(mms.associate_request(mms.initiate(8), ours["called"], ("1.3.9999.77", 1))),
    mms.dt(mms.associate_answer(mms.context(10, mms.context(0, mms.primitive(8, b"\x00"))), 1, 3, "1.3.9999.2")),
)
refused.session.close()
tape.wait(500)

talk = mms.Talk(TcpSession(tape, scada, peer, mms.port, 50511))
talk.open(**ours)
# T 8: the table's version, TASE2_Version, Supported_Features.
talk.ask(
    mms.read("North/Bilateral_Table_ID", "TASE2_Version", "Supported_Features"),
    mms.read_answer(string("2.1"), structure(int_value(1996), int_value(8)), bit_string("111010000000")),
)
reference = structure(mms.unsigned(1), string("North"), string("DSTS_1"))
talk.ask(mms.read("North/Next_DSTransfer_Set"), mms.read_answer(reference))
data_set = structure(mms.unsigned(1), string("North"), string("Flows"))
flags = [boolean(each) for each in (0, 0, 0, 1)]
transfer = structure(
    data_set, *(int_value(each) for each in (0, 10, 0, 0, 0)), bit_string("10000"), *flags, int_value(0)
)
talk.ask(mms.write(("North/DSTS_1", transfer)), mms.write_answer(mms.success))
named = ["North/Transfer_Set_Name", "North/DSConditions_Detected", "North/Line7_MW"]
talk.tell(mms.report([reference, bit_string("10000"), real(118.5)], named))
# T 8: a device that is selected by reading <name>_SBO; then its command is written.
talk.ask(mms.read("North/Breaker7_SBO"), mms.read_answer(int_value(126)))
talk.ask(mms.write(("North/Breaker7", int_value(1))), mms.write_answer(mms.success))
talk.ask(mms.write(("North/Setpoint3", real(50.25))), mms.write_answer(mms.failure(3)))
talk.close()
tape.save(output())
