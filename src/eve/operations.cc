#include <algorithm>

#include "base/json.h"
#include "eve/writer.h"

namespace langyan::eve {
namespace {

void write_number(JsonWriter& json, const Field& field, const View& view, std::size_t index) {
  switch (field.kind) {
    case Kind::i64: json.number(view.integer(index)); return;
    case Kind::f64: json.number(view.real(index)); return;
    case Kind::boolean: json.boolean(view.number(index) != 0); return;
    case Kind::time_us: json.time(view.integer(index)); return;
    case Kind::mac: json.address(Mac::from_number(view.number(index))); return;
    default: json.number(view.number(index)); return;
  }
}

void write_run(JsonWriter& json, const Field& field, Bytes run) {
  const Bytes shown = run.first(std::min(run.size(), most_written_octets));
  switch (field.kind) {
    case Kind::text: json.text(text_of(shown)); return;
    case Kind::ip:
      if (run.size() == 16) json.address(IpAddress::v6(run));
      else json.hex(shown);
      return;
    case Kind::words:
      json.open_list();
      for (std::size_t i = 0; i + 1 < shown.size(); i += 2) {
        json.number(std::uint64_t{shown[i]} << 8 | shown[i + 1]);
      }
      json.close_list();
      return;
    default: json.hex(shown); return;
  }
}

template <class ItemAt>
void write_items(JsonWriter& json, std::size_t kept, std::uint32_t total, ItemAt at) {
  // Items that are only there for rules stand behind the others.
  std::size_t silent = 0;
  while (silent < kept && at(kept - 1 - silent).schema->mask(log) == 0) ++silent;
  total -= static_cast<std::uint32_t>(silent), kept -= silent;
  if (kept == 0) return;
  json.key("items").open_list();
  for (std::size_t i = 0; i < std::min(kept, most_written_items); ++i) {
    json.open();
    write_fields(json, at(i));
    json.close();
  }
  json.close_list().field("items_total", total);
}

void write_operation(JsonWriter& json, const Protocol& protocol, const Operation& operation) {
  json.field("verb", verb_name(operation.verb));
  if (!operation.object.none()) {
    std::string notation;
    write_object(notation, protocol, operation.object);
    json.field("object", notation);
    if (operation.object.space < protocol.spaces.size()) {
      json.field("space", protocol.spaces[operation.object.space].name);
    }
    if (operation.object.count > 1) json.field("count", operation.object.count);
  }
  json.field("unit", operation.unit);
  if (!operation.value.none()) json.key("value"), write_value(json, operation);
  if (operation.value.has_quality) json.field("quality", operation.value.quality);
  json.field("result", outcome_name(operation.outcome));
  if (operation.outcome == Outcome::refused) json.field("code", operation.code);
}

}  // namespace

void write_object(std::string& out, const Protocol& protocol, const Object& object) {
  if (protocol.notation) protocol.notation(object, out);
  else out += text_of(object.text);
}

void write_value(JsonWriter& json, const Operation& operation) {
  const Value& value = operation.value;
  switch (value.kind) {
    case Value::Kind::none: json.null(); return;
    case Value::Kind::number: json.number(value.number); return;
    case Value::Kind::integer: json.number(static_cast<std::int64_t>(value.number)); return;
    case Value::Kind::real: json.number(std::bit_cast<double>(value.number)); return;
    case Value::Kind::boolean: json.boolean(value.number != 0); return;
    case Value::Kind::text:
      json.text(text_of(value.run.first(std::min(value.run.size(), most_written_octets))));
      return;
    case Value::Kind::bytes: json.hex(value.run.first(std::min(value.run.size(), most_written_octets))); return;
    case Value::Kind::words: case Value::Kind::bits: break;
  }
  const std::size_t count = value.elements(operation.object.count ? operation.object.count : most_written_values);
  if (count == 1) return void(json.number(static_cast<std::uint64_t>(value.element(0))));
  json.open_list();
  for (std::size_t i = 0; i < std::min(count, most_written_values); ++i) {
    json.number(static_cast<std::uint64_t>(value.element(i)));
  }
  json.close_list();
}

void write_fields(JsonWriter& json, const View& view) {
  each(view.present & view.schema->mask(log), [&](std::size_t index) {
    const Field& field = view.schema->fields[index];
    json.key(field.name);
    if (is_run(field.kind)) return write_run(json, field, view.bytes(index));
    write_number(json, field, view, index);
    if (const auto word = field.word(view.number(index)); !word.empty()) {
      std::string name(field.name);
      json.field(name += "_name", word);
    }
  });
}

void write_function(JsonWriter& json, const Protocol& protocol, std::uint32_t function) {
  if (function == no_function) return;
  json.field("function", function);
  const std::size_t index = protocol.message->find(protocol.function_field);
  if (index == protocol.message->fields.size()) return;
  const auto word = protocol.message->fields[index].word(function);
  if (!word.empty()) json.field("function_name", word);
}

// The first operation stands open, so that a filter on ot.verb or ot.object needs no list; all of
// them follow where there are several.
void write_operations(JsonWriter& json, const Message& message) {
  if (message.operations.empty()) return;
  const Protocol& protocol = *message.protocol;
  json.key("ot").open();
  write_operation(json, protocol, message.operations.front());
  write_function(json, protocol, message.operations.front().function);
  if (message.role == Role::answer && message.request) {
    json.field("response_ms", static_cast<double>(message.context.time - message.request->time) / 1'000);
  }
  if (message.operations.size() > 1) {
    json.key("operations").open_list();
    for (const Operation& operation :
         message.operations.first(std::min(message.operations.size(), most_written_operations))) {
      json.open();
      write_operation(json, protocol, operation);
      json.close();
    }
    json.close_list().field("operations_total", message.operations_total);
  }
  json.close();
}

// "identity":[{"end":"dest","unit":1,"vendor":…}]: one object for each end and unit; of a trait said
// twice the first.
void write_identity(JsonWriter& json, const Message& message) {
  const std::span<const Fact> facts = message.facts;
  if (facts.empty()) return;
  const auto same_device = [](const Fact& a, const Fact& b) {
    return a.of_receiver == b.of_receiver && a.unit == b.unit;
  };
  json.key("identity").open_list();
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto before = facts.first(i);
    if (std::ranges::any_of(before, [&](const Fact& other) { return same_device(other, facts[i]); })) continue;
    // An exchange stands in the direction of its request, so who answers is its destination.
    const bool is_source = (message.role == Role::answer) == facts[i].of_receiver;
    json.open().field("end", is_source ? "src" : "dest").field("unit", facts[i].unit);
    std::uint32_t written = 0;
    for (const Fact& fact : facts.subspan(i)) {
      const std::uint32_t bit = 1u << static_cast<unsigned>(fact.trait);
      if (!same_device(fact, facts[i]) || written & bit) continue;
      written |= bit;
      json.field(trait_name(fact.trait), text_of(fact.text));
    }
    json.close();
  }
  json.close_list();
}

// "modbus":{"request":{…},"response":{…}}; what stands alone has its fields directly.
void write_protocol(JsonWriter& json, const Message& message) {
  json.key(message.protocol->name).open();
  const auto own_items = [&] {
    if (!message.items) return;
    write_items(json, message.items->size(), static_cast<std::uint32_t>(message.items->total()),
                [&](std::size_t i) { return (*message.items)[i]; });
  };
  if (message.request) {
    json.key("request").open();
    write_fields(json, message.request->record);
    write_items(json, message.request->items.size(), message.request->items_total,
                [&](std::size_t i) { return message.request->items[i]; });
    json.close();
  }
  const bool alone = message.role == Role::event;
  const bool is_answer = message.role == Role::answer;
  if (alone) {
    write_fields(json, message.record);
    own_items();
  } else if (is_answer || !message.request) {
    json.key(is_answer ? "response" : "request").open();
    write_fields(json, message.record);
    own_items();
    json.close();
  }
  if (message.fault != Fault::none) {
    json.field("fault", message.protocol->faults[static_cast<std::size_t>(message.fault) - 1].name);
  }
  json.close();
}

}  // namespace langyan::eve
