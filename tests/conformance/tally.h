// What the comparison with the corpus counts of each message. A protocol adds one file here:
//
//   const Counting modbus{"modbus", {"modbus"}, [](const One& message, Tally& tally) {
//     if (message.has("function")) tally.count("modbus", "modbus.func_code", decimal(message.number("function")));
//   }};
//
// The names are: the protocol's own, the files of expectations (expect/<name>.tsv) it is held
// against, and in count() the field as tshark calls it.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "fields/transaction.h"

namespace langyan::conformance {

std::string decimal(std::uint64_t value);
std::string hexadecimal(std::uint64_t value, int digits);  // "0x0a"

struct One {  // a message or one of its items, by the names of its fields
  View view;
  const Message* whole = nullptr;  // of a message

  std::size_t at(std::string_view name) const { return view.schema->find(name); }
  bool has(std::string_view name) const {
    return at(name) < view.schema->fields.size() && view.has(at(name));
  }
  std::uint64_t number(std::string_view name) const { return view.number(at(name)); }
  std::string text(std::string_view name) const { return std::string(text_of(view.bytes(at(name)))); }
  // Whether the message came on one of the protocol's own ports: where tshark knows a protocol by its
  // port alone, nothing it counts came elsewhere.
  bool on_own_port() const {
    const Context& context = whole->context;
    for (const PortHint& hint : whole->protocol->ports)
      if (hint.transport == context.transport && (hint.port == context.client_port || hint.port == context.server_port))
        return true;
    return false;
  }
  std::size_t items() const { return whole && whole->items ? whole->items->size() : 0; }
  One item(std::size_t index) const { return {(*whole->items)[index]}; }
};

class Tally {
 public:
  // expectations' file, field, direction, value -> messages
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t> counts;
  std::string line;  // of the message at hand, for people

  void start(std::string way) { way_ = std::move(way), line.clear(); }
  // Apart by direction, as the expectation's column `direction` says "request", "response", "peer".
  void count(std::string_view file, std::string_view field, const std::string& value) { add(file, field, way_, value); }
  // Both directions together: the column says "-".
  void count_both(std::string_view file, std::string_view field, const std::string& value) {
    add(file, field, "-", value);
  }

 private:
  void add(std::string_view file, std::string_view field, const std::string& way, const std::string& value) {
    ++counts[{std::string(file), std::string(field), way, value}];
    line += ' ', line += field, line += '=', line += value;
  }
  std::string way_;
};

struct Counting {
  using Count = void (*)(const One&, Tally&);
  Counting(std::string_view protocol, std::vector<std::string_view> files, Count count);
  std::string_view protocol;
  std::vector<std::string_view> files;
  Count count;
  static std::vector<const Counting*>& all();
};

}  // namespace langyan::conformance
