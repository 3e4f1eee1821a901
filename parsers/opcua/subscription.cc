// Subscriptions and what they report ([P4] 5.13 and 5.14).
//
// A report names what it watches by a number the client chose when it asked for it. Which node that is
// is kept in what the flows of the two hosts share, so reports over any connection are of nodes.
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

Operation& operate_on(Call& call, Verb verb, std::uint32_t subscription, std::uint32_t status = 0) {
  Operation& operation = call.operate(verb, status);
  operation.object = subscription_object(subscription);
  return operation;
}

constexpr std::size_t name_here = 23, most_more = 3;  // octets of a name, and entries its rest may take
constexpr std::size_t longest_watched_name = name_here + most_more * shared_bytes;

struct Watched {  // as it is shared; a name longer than the longest is not kept
  std::uint32_t number;
  std::uint16_t space;
  NodeId::Form form;
  std::uint8_t attribute;
  std::uint8_t size;
  std::uint8_t name[name_here];  // its start; the rest stands under keys that follow from this one's
};
static_assert(sizeof(Watched) <= shared_bytes);

std::uint64_t key_of(const Call& call, std::uint32_t subscription, std::uint32_t handle) {
  const std::uint16_t server = call.asks == (call.context.direction == Direction::to_server) ? call.context.server_port
                                                                                             : call.context.client_port;
  return combine(std::uint64_t{subscription} << 32 | handle, server);
}

void remember(Call& call, std::uint32_t subscription, std::uint32_t handle, const NodeId& node,
              std::uint32_t attribute) {
  if (!call.context.shared || node.name.size() > longest_watched_name) return;
  const std::uint64_t key = key_of(call, subscription, handle);
  const Bytes start = node.name.first(std::min(node.name.size(), name_here));
  Watched watched{node.number, node.space, node.form, static_cast<std::uint8_t>(attribute <= 0xff ? attribute : 13),
                  static_cast<std::uint8_t>(node.name.size()), {}};
  std::ranges::copy(start, watched.name);
  call.context.shared->put(key, Bytes{reinterpret_cast<const std::uint8_t*>(&watched), sizeof watched});
  Bytes rest = node.name.subspan(start.size());
  for (std::uint64_t i = 1; !rest.empty(); ++i) {
    const Bytes piece = rest.first(std::min(rest.size(), shared_bytes));
    call.context.shared->put(combine(key, i), piece);
    rest = rest.subspan(piece.size());
  }
}

// The name of a watched node, in scratch; empty where a piece of it has given way.
Bytes name_of(Call& call, const Watched& watched, std::uint64_t key) {
  const auto name = call.output.scratch.take(watched.size);
  if (name.size() != watched.size) return {};
  std::size_t at = std::min<std::size_t>(watched.size, name_here);
  std::ranges::copy(Bytes{watched.name}.first(at), name.begin());
  for (std::uint64_t i = 1; at < name.size(); ++i) {
    const Bytes piece = call.context.shared->find(combine(key, i));
    if (piece.size() != std::min(name.size() - at, shared_bytes)) return {};
    std::ranges::copy(piece, name.begin() + static_cast<std::ptrdiff_t>(at));
    at += piece.size();
  }
  return name;
}

// Names the node a report is of, in the item and as the operation's object, else its number.
Object reported(Call& call, NodePen pen, std::uint32_t subscription, std::uint32_t handle) {
  const Object number{
      .space = static_cast<std::uint8_t>(Place::monitored_item), .area = subscription, .address = handle, .count = 1};
  if (!call.context.shared) return number;
  const std::uint64_t key = key_of(call, subscription, handle);
  const Bytes kept = call.context.shared->find(key);
  Watched watched;
  if (kept.size() != sizeof watched) return number;
  std::memcpy(&watched, kept.data(), sizeof watched);
  if (watched.size > longest_watched_name) return number;
  const Bytes name = name_of(call, watched, key);
  if (name.size() != watched.size) return number;
  const NodeId node{watched.form, watched.space, watched.number, name};
  put_text<"node_id">(pen, call.text(node));
  if (watched.attribute != 13) pen.set<"attribute">(std::uint32_t{watched.attribute});
  return node_object(node, watched.attribute);
}

struct Parameters {  // [P4] 7.21
  std::uint32_t handle;
};
Parameters read_parameters(Call& call, NodePen pen) {
  Reader& in = call.in;
  const std::uint32_t handle = in.le32();
  pen.set<"client_handle">(handle);
  pen.set<"sampling_interval">(in.le_f64());
  read_extension(call, in);
  in.skip(4 + 1);
  return {handle};
}

void skip_results(Call& call) {
  call.in.skip(call.count(call.in, 4) * std::size_t{4});
  skip_diagnostics_list(call, call.in);
}

void put_revised(Call& call) {
  Reader& in = call.in;
  call.pen().set<"publishing_interval">(in.le_f64());
  in.skip(8);
}

void subscriptions(Call& call) {  // one operation each
  const std::uint32_t count = call.count(call.in, 4);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t id = call.in.le32();
    if (!call.in.ok()) return;
    if (i == 0) call.pen().set<"subscription_id">(id);
    operate_on(call, call.service->verb, id);
  }
}

void monitored_items(Call& call, std::uint32_t subscription) {
  const std::uint32_t count = call.count(call.in, 4);
  for (std::uint32_t i = 0; i < count; ++i) {
    NodePen pen = start(call);
    pen.set<"monitored_item_id">(call.in.le32());
    if (!call.in.ok()) return;
    call.output.items.emit();
    operate_on(call, call.service->verb, subscription);
  }
}

}  // namespace

void create_items_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32();
  Pen whole = call.pen();
  whole.set<"subscription_id">(subscription);
  whole.set<"timestamps_to_return">(in.le32());
  const std::uint32_t count = call.count(in, 40);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    const std::uint32_t attribute = in.le32();
    pen.set<"attribute">(attribute);
    put_text<"index_range">(pen, read_string(in));
    read_qualified_name(in);
    pen.set<"monitoring_mode">(in.le32());
    const Parameters parameters = read_parameters(call, pen);
    if (!in.ok()) return;
    put_text<"node_id">(pen, call.text(node));
    call.output.items.emit();
    call.operate(Verb::subscribe).object = node_object(node, attribute);
    if (i < most_remembered) remember(call, subscription, parameters.handle, node, attribute);
  }
}

void create_items_response(Call& call) {
  each_result(call, 23, Verb::subscribe, [&](Reader& in, NodePen& pen) {
    pen.set<"monitored_item_id">(in.le32());
    pen.set<"sampling_interval">(in.le_f64());
    in.skip(4);
    read_extension(call, in);
  });
}

void modify_items_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32();
  Pen whole = call.pen();
  whole.set<"subscription_id">(subscription);
  whole.set<"timestamps_to_return">(in.le32());
  for (std::uint32_t left = call.count(in, 24); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    pen.set<"monitored_item_id">(in.le32());
    read_parameters(call, pen);
    if (!in.ok()) return;
    call.output.items.emit();
    operate_on(call, Verb::subscribe, subscription);
  }
}

void modify_items_response(Call& call) {
  each_result(call, 19, Verb::subscribe, [&](Reader& in, NodePen& pen) {
    pen.set<"sampling_interval">(in.le_f64());
    in.skip(4);
    read_extension(call, in);
  });
}

void monitoring_mode_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32(), mode = in.le32();
  call.pen().set<"subscription_id">(subscription);
  NodePen pen = start(call);
  pen.set<"monitoring_mode">(mode);
  if (in.ok()) call.output.items.emit();
  monitored_items(call, subscription);
}

void triggering_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32();
  call.pen().set<"subscription_id">(subscription);
  in.skip(4);
  in.skip(call.count(in, 4) * std::size_t{4});
  in.skip(call.count(in, 4) * std::size_t{4});
  if (in.ok()) operate_on(call, Verb::subscribe, subscription);
}

void triggering_response(Call& call) {
  skip_results(call);
  skip_results(call);
  if (call.in.ok()) call.operate(Verb::subscribe);
}

void delete_items_request(Call& call) {
  const std::uint32_t subscription = call.in.le32();
  call.pen().set<"subscription_id">(subscription);
  monitored_items(call, subscription);
}

void create_subscription_request(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  pen.set<"publishing_interval">(in.le_f64());
  in.skip(4 + 4 + 4);
  pen.set<"publishing_enabled">(in.u8() != 0);
  in.skip(1);
  if (in.ok()) call.operate(Verb::subscribe);
}

void create_subscription_response(Call& call) {
  Reader& in = call.in;
  call.pen().set<"subscription_id">(in.le32());
  put_revised(call);
  if (in.ok()) call.operate(Verb::subscribe);
}

void modify_subscription_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32();
  Pen pen = call.pen();
  pen.set<"subscription_id">(subscription);
  pen.set<"publishing_interval">(in.le_f64());
  in.skip(4 + 4 + 4 + 1);
  if (in.ok()) operate_on(call, Verb::subscribe, subscription);
}

void modify_subscription_response(Call& call) {
  put_revised(call);
  if (call.in.ok()) call.operate(Verb::subscribe);
}

void publishing_mode_request(Call& call) {
  call.pen().set<"publishing_enabled">(call.in.u8() != 0);
  subscriptions(call);
}

void delete_subscriptions_request(Call& call) { subscriptions(call); }

void transfer_request(Call& call) {
  subscriptions(call);
  call.in.skip(1);
}

void transfer_response(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) {
    const std::uint32_t status = in.le32();
    in.skip(call.count(in, 4) * std::size_t{4});
    if (in.ok()) call.operate(Verb::subscribe, status);
  }
  skip_diagnostics_list(call, in);
}

// Waits at the server until there is something to report, which may take hours: no answer is awaited.
void publish_request(Call& call) {
  Reader& in = call.in;
  const std::uint32_t acknowledgements = call.count(in, 8);
  call.pen().set<"acknowledgements">(acknowledgements);
  in.skip(acknowledgements * std::size_t{8});
  if (in.ok()) call.operate(Verb::heartbeat);
}

namespace {

void data_changes(Call& call, Bytes body, std::uint32_t subscription) {  // [P4] 7.25.2
  Reader in{body};
  for (std::uint32_t left = call.count(in, 5); left > 0 && in.ok(); --left) {
    NodePen pen{call.output.items.start(node_schema), in};
    const std::uint32_t handle = in.le32();
    const Shown shown = read_data_value(call, in);
    if (!in.ok()) break;
    pen.set<"client_handle">(handle);
    const Object object = reported(call, pen, subscription, handle);
    put_value(pen, shown);
    call.output.items.emit();
    Operation& operation = call.operate(Verb::report);
    operation.object = object;
    operation.value = shown.value;
    operation.value.has_quality = true;
    operation.value.quality = shown.has_status ? static_cast<std::uint8_t>(shown.status >> 24) : std::uint8_t{0};
  }
  skip_diagnostics_list(call, in);
  if (!in.ok()) call.blame(Wrong::truncated);
}

void events(Call& call, Bytes body, std::uint32_t subscription) {  // [P4] 7.25.3
  Reader in{body};
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) {
    NodePen pen{call.output.items.start(node_schema), in};
    const std::uint32_t handle = in.le32();
    Line fields;
    list_variants(call, in, fields);
    if (!in.ok()) break;
    pen.set<"client_handle">(handle);
    const Object object = reported(call, pen, subscription, handle);
    const Bytes text = fields.keep(call.output.scratch);
    put_text<"value">(pen, text);
    call.output.items.emit();
    Operation& operation = call.operate(Verb::alarm);
    operation.object = object;
    if (!text.empty()) operation.value = Value::of_run(Value::Kind::text, text);
  }
  if (!in.ok()) call.blame(Wrong::truncated);
}

// NotificationMessage ([P4] 7.26); without data it only says that the subscription lives.
void notification(Call& call, std::uint32_t subscription) {
  Reader& in = call.in;
  Pen pen = call.pen();
  pen.set<"notification_sequence">(in.le32());
  in.skip(8);
  const std::uint32_t count = call.count(in, 3);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const Extension data = read_extension(call, in);
    if (!in.ok()) return;
    if (data.type.is(811)) data_changes(call, data.body, subscription);
    else if (data.type.is(916)) events(call, data.body, subscription);
    else if (data.type.is(820))
      operate_on(call, Verb::report, subscription).value = Value::of(Reader{data.body}.le32());
  }
  if (in.ok() && call.output.operations_total == 0) operate_on(call, Verb::heartbeat, subscription);
}

}  // namespace

void publish_response(Call& call) {
  Reader& in = call.in;
  const std::uint32_t subscription = in.le32();
  Pen pen = call.pen();
  pen.set<"subscription_id">(subscription);
  in.skip(call.count(in, 4) * std::size_t{4});
  pen.set<"more_notifications">(in.u8() != 0);
  notification(call, subscription);
  skip_results(call);
}

void republish_request(Call& call) {
  const std::uint32_t subscription = call.in.le32();
  Pen pen = call.pen();
  pen.set<"subscription_id">(subscription);
  pen.set<"notification_sequence">(call.in.le32());
  if (call.in.ok()) operate_on(call, Verb::report, subscription);
}

// What it repeats was lost on the way, so it is told like a report of its own; the request stays one.
void republish_response(Call& call) {
  notification(call, 0);
}

}  // namespace langyan::opcua
