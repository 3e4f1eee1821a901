// Services that read and write values and call methods ([P4] 5.11 and 5.12).
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

constexpr std::uint32_t attribute_value = 13;

void put_node(Call& call, NodePen pen, const NodeId& id) {
  if (call.in.ok()) put_text<"node_id">(pen, call.text(id));
}

// Reads of BuildInfo ask who the server is.
Verb verb_of_read(const NodeId& node) {
  const bool asks_identity =
      node.form == NodeId::Form::numeric && node.space == 0 && node.number >= 2260 && node.number <= 2266;
  return asks_identity ? Verb::identify : Verb::read;
}

// At which place a string of BuildInfo is asked for, so that the answer can be told as a fact.
void remember_identity(Call& call, Asked*& asked, const NodeId& node, std::uint32_t attribute, std::uint32_t place) {
  if (attribute != attribute_value || place >= nowhere) return;
  for (std::size_t i = 0; i < std::size(identity_nodes); ++i) {
    if (!node.is(identity_nodes[i].node)) continue;
    if (!asked) asked = &call.memory.remember(call.request_id);
    asked->place[i] = static_cast<std::uint8_t>(place);
  }
}

void tell_identity(Call& call, const Asked& asked, std::uint32_t place, const Shown& shown) {
  if (shown.is_array || shown.value.kind != Value::Kind::text || (shown.has_status && is_bad(shown.status))) return;
  for (std::size_t i = 0; i < std::size(identity_nodes); ++i) {
    if (asked.place[i] == place && place < nowhere) call.output.tell(identity_nodes[i].trait, shown.value.run);
  }
}

void put_quality(Operation& operation, const Shown& shown) {
  operation.value.has_quality = true;
  operation.value.quality = shown.has_status ? static_cast<std::uint8_t>(shown.status >> 24) : std::uint8_t{0};
}

}  // namespace

void read_request(Call& call) {
  Reader& in = call.in;
  Pen whole = call.pen();
  whole.set<"max_age">(in.le_f64());
  whole.set<"timestamps_to_return">(in.le32());
  const std::uint32_t count = call.count(in, 16);
  Asked* asked = nullptr;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    const std::uint32_t attribute = in.le32();
    pen.set<"attribute">(attribute);
    put_text<"index_range">(pen, read_string(in));
    read_qualified_name(in);
    put_node(call, pen, node);
    if (!in.ok()) return;
    call.output.items.emit();
    call.operate(verb_of_read(node)).object = node_object(node, attribute);
    remember_identity(call, asked, node, attribute, i);
  }
}

void read_response(Call& call) {
  Reader& in = call.in;
  const std::uint32_t count = call.count(in, 1);
  Asked* asked = call.memory.find(call.request_id);
  std::uint32_t bad = 0;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    NodePen pen = start(call);
    const Shown shown = read_data_value(call, in);
    put_value(pen, shown);
    if (!in.ok()) return;
    call.output.items.emit();
    Operation& operation = call.operate(call.service->verb, shown.has_status ? shown.status : 0);
    operation.value = shown.value;
    put_quality(operation, shown);
    bad += shown.has_status && is_bad(shown.status);
    if (asked) tell_identity(call, *asked, i, shown);
  }
  if (asked) asked->used = false;
  skip_diagnostics_list(call, in);
  call.pen().set<"bad_results">(bad);
}

// Whoever writes another attribute than the value changes what the node is or who may use it.
void write_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 11); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    const std::uint32_t attribute = in.le32();
    pen.set<"attribute">(attribute);
    put_text<"index_range">(pen, read_string(in));
    const Shown shown = read_data_value(call, in);
    put_value(pen, shown);
    put_node(call, pen, node);
    if (!in.ok()) return;
    call.output.items.emit();
    Operation& operation = call.operate(attribute == attribute_value ? Verb::write : Verb::configure);
    operation.object = node_object(node, attribute);
    operation.value = shown.value;
  }
}

void history_read_request(Call& call) {
  Reader& in = call.in;
  read_extension(call, in);
  call.pen().set<"timestamps_to_return">(in.le32());
  in.skip(1);
  for (std::uint32_t left = call.count(in, 16); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    put_text<"index_range">(pen, read_string(in));
    read_qualified_name(in);
    read_string(in);
    put_node(call, pen, node);
    if (!in.ok()) return;
    call.output.items.emit();
    call.operate(Verb::read).object = node_object(node);
  }
}

void history_read_response(Call& call) {
  each_result(call, 11, Verb::read, [&](Reader& in, NodePen&) {
    read_string(in);
    read_extension(call, in);
  });
}

// Every kind of details starts with the node it is about (OPC 10000-11 6.8).
void history_update_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 3); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const Extension details = read_extension(call, in);
    if (!in.ok()) return;
    Operation& operation = call.operate(Verb::write);
    if (details.body.empty()) continue;
    Reader inside{details.body};
    const NodeId node = read_node_id(call, inside);
    if (!inside.ok()) continue;
    put_node(call, pen, node);
    call.output.items.emit();
    operation.object = node_object(node);
  }
}

void history_update_response(Call& call) {
  Reader& in = call.in;
  std::uint32_t bad = 0;
  for (std::uint32_t left = call.count(in, 12); left > 0 && in.ok(); --left) {
    const std::uint32_t status = in.le32();
    in.skip(call.count(in, 4) * std::size_t{4});
    skip_diagnostics_list(call, in);
    if (!in.ok()) return;
    call.operate(Verb::write, status);
    bad += is_bad(status);
  }
  skip_diagnostics_list(call, in);
  call.pen().set<"bad_results">(bad);
}

void call_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId object = read_node_id(call, in), method = read_node_id(call, in);
    Line arguments;
    const Value single = list_variants(call, in, arguments);
    if (!in.ok()) return;
    const Method* standard =
        method.form == NodeId::Form::numeric && method.space == 0 ? method_row(method.number) : nullptr;
    const Bytes method_text = call.text(method), object_text = call.text(object);
    const Bytes given = arguments.keep(call.output.scratch);
    put_text<"node_id">(pen, object_text);
    put_text<"method_id">(pen, method_text);
    if (standard) pen.set<"method">(standard->code);
    put_text<"arguments">(pen, given);
    call.output.items.emit();
    Line name;
    name.add(method_text), name.add(" of "), name.add(object_text);
    Operation& operation = call.operate(standard ? standard->verb : Verb::control);
    operation.object = {
        .space = static_cast<std::uint8_t>(Place::method), .count = 1, .text = name.keep(call.output.scratch)};
    if (!single.none()) operation.value = single;
    else if (!given.empty()) operation.value = Value::of_run(Value::Kind::text, given);
  }
}

void call_response(Call& call) {
  each_result(call, 16, call.service->verb, [&](Reader& in, NodePen& pen) {
    in.skip(call.count(in, 4) * std::size_t{4});
    skip_diagnostics_list(call, in);
    Line arguments;
    list_variants(call, in, arguments);
    if (in.ok()) put_text<"arguments">(pen, arguments.keep(call.output.scratch));
  });
}

}  // namespace langyan::opcua
