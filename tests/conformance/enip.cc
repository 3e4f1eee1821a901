#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

constexpr std::uint8_t answer_bit = 0x80;

// A service with its class; of an answer the class stands in what was asked.
void count_service(const One& one, Tally& tally, std::string_view prefix, bool answers) {
  const std::string service = std::string(prefix) + "service",
                    status = std::string(prefix) + (prefix.empty() ? "general_status" : "status");
  if (!one.has(service)) return;
  const auto code = one.number(service);
  tally.count_both("cip", "cip.service", hexadecimal(code | (answers ? answer_bit : 0), 2));
  tally.count_both("cip", "cip.sc", hexadecimal(code, 2));
  if (one.has(status)) tally.count_both("cip", "cip.genstat", hexadecimal(one.number(status), 2));
}

void count_class(const One& one, Tally& tally, std::string_view name) {
  if (one.has(name)) tally.count_both("cip", "cip.class", hexadecimal(one.number(name), 2));
}

void count_classes(const One& one, Tally& tally, std::size_t items, auto item) {
  if (one.has("carrier")) tally.count_both("cip", "cip.class", "0x06");
  count_class(one, tally, "outer_class");
  count_class(one, tally, "class");
  count_class(one, tally, "connection_class");
  for (std::size_t i = 0; i < items; ++i) count_class(item(i), tally, "item_class");
}

const Counting enip{"enip", {"enip", "cip"}, [](const One& one, Tally& tally) {
  if (one.has("command")) tally.count("enip", "enip.command", hexadecimal(one.number("command"), 4));
  if (one.has("encapsulation_status") && one.has("command")) {
    tally.count("enip", "enip.status", hexadecimal(one.number("encapsulation_status"), 8));
  }
  const Message& message = *one.whole;
  const bool answers = message.role == Role::answer;
  if (one.has("carrier") && !answers) {
    tally.count_both("cip", "cip.service", "0x52");
    tally.count_both("cip", "cip.sc", "0x52");
  }
  count_service(one, tally, "", answers);
  for (std::size_t i = 0; i < one.items(); ++i) count_service(one.item(i), tally, "item_", answers);
  if (!answers) return count_classes(one, tally, one.items(), [&](std::size_t i) { return one.item(i); });
  if (!message.request) return;
  count_classes({message.request->record}, tally, message.request->items.size(),
                [&](std::size_t i) { return One{message.request->items[i]}; });
}};

}  // namespace
}  // namespace langyan::conformance
