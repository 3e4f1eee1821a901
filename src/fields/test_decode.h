// For the tests of parsers: one message in hex in, everything a decoder said of it out as text.
#pragma once

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fields/protocol.h"

namespace langyan {

inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> octets;
  int high = -1;
  for (char c : text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) continue;
    if (high < 0) high = digit;
    else octets.push_back(static_cast<std::uint8_t>(high << 4 | digit)), high = -1;
  }
  return octets;
}

struct Decoded {
  std::string fault;                                // its name, or empty
  Role role = Role::event;
  std::map<std::string, std::string> fields;        // by name; words and octets as hex, texts as they are
  std::vector<std::map<std::string, std::string>> items;
  std::vector<std::string> operations;              // "write 40001=[1,2] unit 1 ok"
  std::vector<std::string> facts;                   // "vendor=Example", "model=X unit 3", "name=plc of receiver"

  std::string operator[](const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "absent" : at->second;
  }
};

inline std::string number_text(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.12g", number);
  return text;
}

inline std::string field_text(const View& view, std::size_t index) {
  const Field& field = view.schema->fields[index];
  if (field.kind == Kind::text) return std::string(text_of(view.bytes(index)));
  if (is_run(field.kind)) {
    std::string hex;
    for (std::uint8_t octet : view.bytes(index)) {
      char pair[3];
      std::snprintf(pair, sizeof pair, "%02x", octet);
      hex += pair;
    }
    return hex;
  }
  if (const auto word = field.word(view.number(index)); !word.empty()) return std::string(word);
  if (field.kind == Kind::f64) return number_text(view.real(index));
  if (field.kind == Kind::time_us) return timestamp(view.integer(index));
  return field.kind == Kind::i64 ? std::to_string(view.integer(index)) : std::to_string(view.number(index));
}

inline std::map<std::string, std::string> fields_text(const View& view) {
  std::map<std::string, std::string> all;
  each(view.present,
       [&](std::size_t index) { all[std::string(view.schema->fields[index].name)] = field_text(view, index); });
  return all;
}

inline std::string operation_text(const Protocol& protocol, const Operation& operation) {
  std::string out(verb_name(operation.verb));
  if (!operation.object.none()) {
    out += ' ';
    protocol.notation(operation.object, out);
  }
  const Value& value = operation.value;
  if (value.kind == Value::Kind::text) out += "='" + std::string(text_of(value.run)) + "'";
  const std::size_t count = value.elements(std::max<std::uint32_t>(operation.object.count, 1));
  for (std::size_t i = 0; i < count; ++i) out += (i ? "," : "=") + number_text(value.element(i));
  if (operation.unit) out += " unit " + std::to_string(operation.unit);
  out += " " + std::string(outcome_name(operation.outcome));
  if (operation.outcome == Outcome::refused) out += " " + std::to_string(operation.code);
  return out;
}

// The octets stand on the heap with nothing around them, so a read past them is seen.
class MessageDecoder {
 public:
  explicit MessageDecoder(const Protocol& protocol) : protocol_(protocol) {}
  std::array<std::uint8_t, state_bytes> memory{};
  Context context;  // its direction is set by each call

  Decoded operator()(std::vector<std::uint8_t> octets, Direction direction, Assembly* assembly = nullptr) {
    const auto copy = std::make_unique<std::uint8_t[]>(octets.size());
    std::copy(octets.begin(), octets.end(), copy.get());
    const Bytes message{copy.get(), octets.size()};
    context.direction = direction;
    output_->reset(*protocol_.message, message);
    output_->assembly = assembly;
    const Fault found = protocol_.decode(message, context, State{memory}, *output_);
    Decoded result;
    if (found != Fault::none) result.fault = protocol_.faults[static_cast<std::size_t>(found) - 1].name;
    result.role = output_->role;
    result.fields = fields_text(output_->record.view());
    for (std::size_t i = 0; i < output_->items.size(); ++i) result.items.push_back(fields_text(output_->items[i]));
    for (const Operation& operation : output_->operations())
      result.operations.push_back(operation_text(protocol_, operation));
    for (const Fact& fact : output_->facts()) {
      result.facts.push_back(std::string(trait_name(fact.trait)) + "=" + std::string(text_of(fact.text)) +
                             (fact.unit ? " unit " + std::to_string(fact.unit) : "") +
                             (fact.of_receiver ? " of receiver" : ""));
    }
    return result;
  }
  Decoded operator()(std::string_view hex, Direction direction, Assembly* assembly = nullptr) {
    return (*this)(from_hex(hex), direction, assembly);
  }

 private:
  const Protocol& protocol_;
  std::unique_ptr<Scratch> scratch_ = std::make_unique<Scratch>();
  std::unique_ptr<Output> output_ = std::make_unique<Output>(*scratch_, nullptr);
};

}  // namespace langyan
