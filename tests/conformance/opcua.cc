#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting opcua{"opcua", {"opcua"}, [](const One& one, Tally& tally) {
  constexpr const char* types[] = {"", "HEL", "ACK", "ERR", "RHE", "OPN", "CLO", "MSG"};
  if (one.has("message_type") && one.number("message_type") < std::size(types))
    tally.count("opcua", "opcua.transport.type", types[one.number("message_type")]);
  if (one.has("type_id")) tally.count("opcua", "opcua.servicenodeid.numeric", decimal(one.number("type_id")));
}};

}  // namespace
}  // namespace langyan::conformance
