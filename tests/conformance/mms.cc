#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

void count(const One& one, Tally& tally) {
  if (!one.has("pdu")) return;
  constexpr std::string_view elements[] = {"confirmed_RequestPDU",
                                           "confirmed_ResponsePDU",
                                           "confirmed_ErrorPDU",
                                           "unconfirmed_PDU",
                                           "rejectPDU",
                                           "cancel_RequestPDU",
                                           "cancel_ResponsePDU",
                                           "cancel_ErrorPDU",
                                           "initiate_RequestPDU",
                                           "initiate_ResponsePDU",
                                           "initiate_ErrorPDU",
                                           "conclude_RequestPDU",
                                           "conclude_ResponsePDU",
                                           "conclude_ErrorPDU"};
  constexpr std::uint64_t request = 0, response = 1, unconfirmed = 3, reject = 4, first_cancel = 5,
                          last_cancel = 7, conclude_error = 13;
  constexpr std::uint64_t of_unconfirmed = 0x100, additional = 0x300, of_additional = 78;
  const std::uint64_t pdu = one.number("pdu");
  // tshark looks for MMS right on the transport only where more than two octets of it are there.
  constexpr std::size_t shortest_bare = 4 + 3 + 2;
  const bool bare = one.whole && one.whole->bytes.size() <= shortest_bare;
  const bool counted = (pdu < first_cancel || pdu > last_cancel) && pdu != conclude_error && !bare;
  if (counted)
    tally.count_both("mms", "mms." + std::string(elements[pdu]) + (pdu == reject ? "" : "_element"),
                     "1");
  if (!one.has("service")) return;
  const std::uint64_t service = one.number("service");
  const std::string value = decimal(service >= additional ? of_additional : service);
  if (pdu == request) tally.count_both("mms", "mms.confirmedServiceRequest", value);
  if (pdu == response) tally.count_both("mms", "mms.confirmedServiceResponse", value);
  if (pdu == unconfirmed)
    tally.count_both("mms", "mms.unconfirmedService", decimal(service - of_unconfirmed));
}

const Counting mms{"mms", {"mms"}, count};

}  // namespace
}  // namespace langyan::conformance
