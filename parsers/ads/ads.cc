// Beckhoff ADS: TwinCAT devices whose memory, symbols, states and files are reached by AMS address, in
// TCP behind a small header; routes between stations are found and added over UDP.
//
// [ADS] Beckhoff Information System, TwinCAT ADS specification (AMS/TCP, ADS commands, return codes,
//       index groups, sum commands)
// [DEF] Beckhoff, ADS library's constants (AdsDef.h), system service index groups
// [PLC4X] Apache PLC4X, protocol description ads-discovery.mspec
#include "parsers/ads/ads.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "parsers/ads/table.h"

namespace langyan::ads {
namespace {

using Pen = Fill<fields>;

constexpr std::string_view vendor = "Beckhoff";
constexpr std::size_t device_name_bytes = 16, notification_bytes = 40;

// The flow's memory: what the requests under way touch, since their answers carry octets only.
struct Memory {
  struct Asked {
    std::uint32_t invoke_id, group, offset, length;
  };
  static constexpr std::size_t most_asked = 5;  // older ones are forgotten
  std::array<Asked, most_asked> asked;
  std::uint8_t next, kept;

  void remember(const Asked& one) {
    asked[next] = one;
    next = static_cast<std::uint8_t>((next + 1) % most_asked);
    kept = std::min<std::uint8_t>(kept + 1, most_asked);
  }
  const Asked* find(std::uint32_t invoke_id) const {
    for (std::size_t back = 1; back <= kept; ++back) {
      const Asked& one = asked[(next + most_asked - back) % most_asked];
      if (one.invoke_id == invoke_id) return &one;
    }
    return nullptr;
  }
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  std::uint16_t command, port;
  std::uint32_t invoke_id;
  std::uint64_t device;  // hash of the device's AMS address
  Memory& memory;
  Shared* shared;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = port;
    operation.function = command;
    return operation;
  }
  void rest() {
    const Bytes data = in.rest();
    if (!data.empty()) out.set<"data">(data);
  }
  Bytes data(std::size_t size) {
    const Bytes run = in.take(size);
    if (!run.empty()) out.set<"data">(run);
    return run;
  }
};

// What flows of the two hosts share: the names behind symbol handles, the places behind notifications.
enum class Kept : std::uint8_t { asked_name, name, notification };
struct Notified {
  std::uint32_t group, offset, length;
};

std::uint64_t key(const Call& call, Kept kind, std::uint32_t number) {
  return combine(call.device, static_cast<std::uint64_t>(kind) << 32 | number);
}

void keep(const Call& call, Kept kind, std::uint32_t number, Bytes value) {
  if (call.shared && value.size() <= shared_bytes) call.shared->put(key(call, kind, number), value);
}

Bytes kept(const Call& call, Kept kind, std::uint32_t number) {
  return call.shared ? call.shared->find(key(call, kind, number)) : Bytes{};
}

// Only the project knows the type; a single octet is a number in each of them.
Value value_of(Bytes run) {
  if (run.size() <= 1) return run.empty() ? Value{} : Value::of(run[0]);
  return Value::of_run(Value::Kind::bytes, run);
}

void set_group(Call& call, std::uint32_t code) {
  const Group* group = group_row(code, call.port);
  if (group && call.port == system_service && code < groups[0].code) call.out.set<"system_service">(code);
  else call.out.set<"index_group">(code);
}

Object object_of(const Call& call, std::uint32_t group, std::uint32_t offset, std::uint32_t length) {
  const Group* row = group_row(group, call.port);
  if (row && row->shape == Shape::handle) {
    if (const Bytes name = kept(call, Kept::name, offset); !name.empty())
      return {.space = static_cast<std::uint8_t>(Place::symbol), .count = 1, .text = call.output.scratch.copy(name)};
  }
  if (row && row->shape == Shape::file_handle)
    return {.space = static_cast<std::uint8_t>(Place::file), .address = offset, .count = 1};
  return {.space = static_cast<std::uint8_t>(Place::address),
          .area = group,
          .address = offset,
          .count = std::max(length, 1u)};
}

// [DEF]: three lengths, then path, folder and arguments, each ended by a zero octet.
void start_process(Call& call, Bytes written) {
  Reader in{written};
  const std::uint32_t path = in.le32(), folder = in.le32(), arguments = in.le32();
  if (!in.ok() || path > in.left()) return call.blame(Wrong::length);
  const Bytes program = until_zero(in.take(path));
  call.out.set<"process">(program);
  call.output.operations().back().object = {
      .space = static_cast<std::uint8_t>(Place::file), .count = 1, .text = program};
  in.skip(1);
  in.skip(std::size_t{folder} + 1);
  if (arguments > in.left() || !in.ok()) return call.blame(Wrong::length);
  if (arguments > 0) call.out.set<"command_line">(until_zero(in.take(arguments)));
  call.blame(Wrong::process);
}

// [ADS] sum commands: a list of addresses, then for writes the octets of all of them.
void sum(Call& call, const Group& row, std::uint32_t count, Bytes written) {
  Reader in{written};
  const std::size_t entry = row.shape == Shape::sum_read_write ? 16
                            : row.shape == Shape::sum_notify   ? notification_bytes
                            : row.shape == Shape::sum_release  ? 4
                                                               : 12;
  if (count > written.size() / entry) {
    call.blame(Wrong::length);
    call.operate(row.exchanges);
    return;
  }
  Reader values{written.subspan(count * entry)};
  for (std::uint32_t i = 0; i < count; ++i) {
    if (row.shape == Shape::sum_release) {
      call.operate(row.exchanges).object = {
          .space = static_cast<std::uint8_t>(Place::notification), .address = in.le32(), .count = 1};
      continue;
    }
    Fill<part_fields> pen{call.output.items.start(part_schema), in};
    const std::uint32_t group = in.le32(), offset = in.le32(), length = in.le32();
    pen.set<"part_group">(group);
    pen.set<"part_offset">(offset);
    const bool writes = row.shape == Shape::sum_write;
    std::uint32_t write_length = writes ? length : 0;
    if (writes) pen.set<"part_write_length">(length);
    else pen.set<"part_read_length">(length);
    if (row.shape == Shape::sum_read_write) pen.set<"part_write_length">(write_length = in.le32());
    if (row.shape == Shape::sum_notify) in.skip(notification_bytes - 12);
    call.output.items.emit();
    const Group* touched = group_row(group, call.port);
    const bool exchange = row.shape == Shape::sum_read_write;
    const Verb verb = exchange            ? (touched ? touched->exchanges : Verb::write)
                      : writes && touched ? touched->writes
                                          : row.exchanges;
    Operation& operation = call.operate(verb);
    operation.object = object_of(call, group, offset, length);
    if (write_length == 0) continue;
    const Bytes value = values.take(write_length);
    if (!values.ok()) return call.blame(Wrong::length);
    if (touched && touched->shape == Shape::symbol) {
      operation.object = {.space = static_cast<std::uint8_t>(Place::symbol), .count = 1, .text = until_zero(value)};
    } else {
      operation.value = value_of(value);
    }
  }
}

void touch(Call& call, std::uint32_t group, std::uint32_t offset, std::uint32_t read_length, Bytes written) {
  const Group* row = group_row(group, call.port);
  const bool exchange = call.command == Command::read_write;
  const Verb plain = call.command == Command::read ? Verb::read : Verb::write;
  const Verb verb = !row ? plain : exchange ? row->exchanges : call.command == Command::read ? row->reads : row->writes;
  const Shape shape = row ? row->shape : Shape::plain;
  if (exchange && shape >= Shape::sum_read && shape <= Shape::sum_release) return sum(call, *row, offset, written);
  Operation& operation = call.operate(verb);
  const auto length = static_cast<std::uint32_t>(call.command == Command::read ? read_length : written.size());
  operation.object = object_of(call, group, offset, length);
  const Bytes name = until_zero(written);
  if (shape == Shape::symbol && (exchange || call.port == system_service) && !name.empty()) {
    call.out.set<"symbol">(name);
    operation.object = {.space = static_cast<std::uint8_t>(Place::symbol), .count = 1, .text = name};
    if (group == 0xf003) keep(call, Kept::asked_name, call.invoke_id, name);
  } else if (shape == Shape::file && !name.empty()) {
    call.out.set<"file_name">(name);
    operation.object = {.space = static_cast<std::uint8_t>(Place::file), .count = 1, .text = name};
  } else if (shape == Shape::process && call.command == Command::write) {
    start_process(call, written);
  } else if (group == 0xf006 && written.size() == 4) {
    Reader in{written};
    operation.object = object_of(call, 0xf005, in.le32(), 1);
  } else {
    operation.value = value_of(written);
    if (operation.object.space == static_cast<std::uint8_t>(Place::symbol))
      call.out.set<"symbol">(operation.object.text);
  }
}

void ask_data(Call& call) {
  const std::uint32_t group = call.in.le32(), offset = call.in.le32();
  if (!call.in.ok()) return;
  set_group(call, group);
  call.out.set<"index_offset">(offset);
  std::uint32_t read_length = 0, write_length = 0;
  if (call.command != Command::write) call.out.set<"read_length">(read_length = call.in.le32());
  if (call.command != Command::read) call.out.set<"write_length">(write_length = call.in.le32());
  if (!call.in.ok()) return;
  if (call.in.left() != write_length) {
    call.blame(Wrong::length);
    return call.rest();
  }
  call.memory.remember({call.invoke_id, group, offset, read_length});
  touch(call, group, offset, read_length, call.data(write_length));
}

void ask_control(Call& call) {
  const std::uint16_t state = call.in.le16(), device = call.in.le16();
  const std::uint32_t length = call.in.le32();
  call.out.set<"ads_state">(state);
  call.out.set<"device_state">(device);
  if (!call.in.ok()) return;
  Verb verb = Verb::mode;
  for (const AdsState& row : states)
    if (row.code == state) verb = row.verb;
  call.operate(verb).value = Value::of(state);
  if (call.in.left() != length) call.blame(Wrong::length);
  call.rest();
}

void ask_notification(Call& call) {
  const std::uint32_t group = call.in.le32(), offset = call.in.le32(), length = call.in.le32();
  const std::uint32_t mode = call.in.le32(), delay = call.in.le32(), cycle = call.in.le32();
  call.in.skip(16);  // reserved
  if (!call.in.ok()) return;
  set_group(call, group);
  call.out.set<"index_offset">(offset);
  call.out.set<"read_length">(length);
  call.out.set<"transmission_mode">(mode);
  call.out.set<"max_delay">(delay);
  call.out.set<"cycle_time">(cycle);
  call.memory.remember({call.invoke_id, group, offset, length});
  call.operate(Verb::subscribe).object = object_of(call, group, offset, length);
}

Object notified(const Call& call, std::uint32_t handle) {
  const Bytes known = kept(call, Kept::notification, handle);
  if (known.size() != sizeof(Notified))
    return {.space = static_cast<std::uint8_t>(Place::notification), .address = handle, .count = 1};
  Notified place;
  std::memcpy(&place, known.data(), sizeof place);
  return object_of(call, place.group, place.offset, place.length);
}

void ask_release(Call& call) {
  const std::uint32_t handle = call.in.le32();
  if (!call.in.ok()) return;
  call.out.set<"notification_handle">(handle);
  call.operate(Verb::subscribe).object = notified(call, handle);
}

// [ADS] Device Notification: points in time, each with samples of several notifications.
void notify(Call& call) {
  constexpr std::uint64_t per_us = 10, to_1970 = 11'644'473'600'000'000;  // 100 ns since 1601
  const std::uint32_t length = call.in.le32();
  if (call.in.ok() && length != call.in.left()) call.blame(Wrong::length);
  const std::uint32_t stamps = call.in.le32();
  call.out.set<"stamps">(stamps);
  for (std::uint32_t i = 0; i < stamps && call.in.ok(); ++i) {
    const std::uint64_t time = call.in.le64();
    const std::uint32_t samples = call.in.le32();
    for (std::uint32_t j = 0; j < samples && call.in.ok(); ++j) {
      Fill<sample_fields> pen{call.output.items.start(sample_schema), call.in};
      const std::uint32_t handle = call.in.le32(), size = call.in.le32();
      const Bytes data = call.in.take(size);
      if (!call.in.ok()) return;
      if (time / per_us >= to_1970) pen.set<"sample_time">(static_cast<std::int64_t>(time / per_us - to_1970));
      pen.set<"sample_handle">(handle);
      pen.set<"sample_data">(data);
      call.output.items.emit();
      Operation& operation = call.operate(Verb::report);
      operation.object = notified(call, handle);
      operation.value = value_of(data);
    }
  }
}

void ask(Call& call) {
  switch (call.command) {
    case Command::read_device_info: call.operate(Verb::identify); return call.rest();
    case Command::read: case Command::write: case Command::read_write: return ask_data(call);
    case Command::read_state: call.operate(Verb::diagnose); return call.rest();
    case Command::write_control: return ask_control(call);
    case Command::add_notification: return ask_notification(call);
    case Command::delete_notification: return ask_release(call);
    case Command::notification: return notify(call);
    default: break;
  }
  call.blame(Wrong::command);
  call.operate(Verb::other);
  call.rest();
}

void answer_device_info(Call& call) {
  const std::uint8_t major = call.in.u8(), minor = call.in.u8();
  const std::uint16_t build = call.in.le16();
  const Bytes name = until_zero(call.in.take(device_name_bytes));
  call.operate(Verb::identify);
  if (!call.in.ok()) return;
  const Bytes version = dotted_text({major, minor, build}, call.output);
  call.out.set<"device_name">(name);
  call.out.set<"device_version">(version);
  call.output.tell(Trait::vendor, vendor);
  call.output.tell(Trait::model, name, call.port);
  call.output.tell(Trait::firmware, version, call.port);
}

void outcome(Operation& operation, std::uint32_t result) {
  operation.outcome = result ? Outcome::refused : Outcome::ok;
  operation.code = static_cast<std::uint16_t>(result);
}

// Results of a sum command, one a part; the data after them need the request's lengths and stay octets.
void answer_sum(Call& call, const Group& row, std::uint32_t count) {
  const bool pairs = row.shape == Shape::sum_read_write || row.shape == Shape::sum_notify || row.code == 0xf084;
  if (count > call.in.left() / (pairs ? 8 : 4)) {
    call.blame(Wrong::length);
    return call.rest();
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    outcome(call.operate(row.exchanges), call.in.le32());
    if (pairs) call.in.skip(4);
  }
  call.rest();
}

void answer_data(Call& call) {
  const std::uint32_t length = call.in.le32();
  if (!call.in.ok()) return;
  call.out.set<"read_length">(length);
  if (call.in.left() != length) {
    call.blame(Wrong::length);
    return call.rest();
  }
  const Memory::Asked* asked = call.memory.find(call.invoke_id);
  const Group* row = asked ? group_row(asked->group, call.port) : nullptr;
  if (row && row->shape >= Shape::sum_read && row->shape <= Shape::sum_release)
    return answer_sum(call, *row, asked->offset);
  const Bytes run = call.data(length);
  Operation& operation = call.operate(!row ? Verb::read : call.command == Command::read ? row->reads : row->exchanges);
  operation.value = value_of(run);
  if (asked && asked->group == 0xf003 && run.size() == 4) {
    std::uint8_t name[shared_bytes];
    const Bytes known = kept(call, Kept::asked_name, call.invoke_id);
    if (known.empty()) return;
    std::memcpy(name, known.data(), known.size());  // put may move what find showed
    Reader handle{run};
    keep(call, Kept::name, handle.le32(), Bytes{name, known.size()});
  }
}

void answer_notification(Call& call) {
  const std::uint32_t handle = call.in.le32();
  call.out.set<"notification_handle">(handle);
  call.operate(Verb::subscribe);
  const Memory::Asked* asked = call.memory.find(call.invoke_id);
  if (!asked || !call.in.ok()) return;
  const Notified place{asked->group, asked->offset, asked->length};
  keep(call, Kept::notification, handle, Bytes{reinterpret_cast<const std::uint8_t*>(&place), sizeof place});
}

void answer_state(Call& call) {
  const std::uint16_t state = call.in.le16(), device = call.in.le16();
  call.out.set<"ads_state">(state);
  call.out.set<"device_state">(device);
  Operation& operation = call.operate(Verb::diagnose);
  if (call.in.ok()) operation.value = Value::of(state);
}

Verb verb_of(std::uint16_t command) {  // of an answer whose request was not seen
  switch (command) {
    case Command::read_device_info: return Verb::identify;
    case Command::read: return Verb::read;
    case Command::write: case Command::read_write: return Verb::write;
    case Command::read_state: return Verb::diagnose;
    case Command::write_control: return Verb::mode;
    case Command::add_notification: case Command::delete_notification: return Verb::subscribe;
    default: return Verb::other;
  }
}

void refuse(Call& call, std::uint32_t code) {
  outcome(call.operate(verb_of(call.command)), code);
  call.rest();
}

void respond(Call& call, std::uint32_t error) {
  if (error) return refuse(call, error);
  if (call.command == 0 || call.command > Command::read_write) {
    call.blame(Wrong::command);
    return call.rest();
  }
  const std::uint32_t result = call.in.le32();
  if (!call.in.ok()) return;
  call.out.set<"result">(result);
  if (result) return refuse(call, result);
  switch (call.command) {
    case Command::read_device_info: answer_device_info(call); break;
    case Command::read: case Command::read_write: answer_data(call); break;
    case Command::read_state: answer_state(call); break;
    case Command::add_notification: answer_notification(call); break;
    default: call.operate(verb_of(call.command)); break;
  }
  if (call.in.ok() && call.in.left() > 0) call.blame(Wrong::length);
  call.rest();
  for (Operation& operation : call.output.operations())
    if (operation.outcome == Outcome::pending) operation.outcome = Outcome::ok;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  if (context.transport != Transport::tcp) return decode_route(message, output);
  Reader in{message};
  Pen out{output.record, in};
  in.skip(2);
  const std::uint32_t length = in.le32();
  const Bytes target = in.take(6);
  const std::uint16_t target_port = in.le16();
  const Bytes source = in.take(6);
  const std::uint16_t source_port = in.le16(), command = in.le16(), flags = in.le16();
  const std::uint32_t data_length = in.le32(), error = in.le32(), invoke_id = in.le32();
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"target_net_id">(net_id_text(target, output));
  out.set<"target_port">(target_port);
  out.set<"source_net_id">(net_id_text(source, output));
  out.set<"source_port">(source_port);
  out.set<"command">(command);
  out.set<"state_flags">(flags);
  out.set<"data_length">(data_length);
  out.set<"error_code">(error);
  out.set<"invoke_id">(invoke_id);
  const bool response = flags & flag_response, notifies = command == Command::notification;
  const bool from_device = response || notifies;
  output.role = response ? Role::answer : notifies || flags & flag_no_return ? Role::event : Role::request;
  const std::uint16_t port = from_device ? source_port : target_port;
  Call call{in,
            out,
            output,
            command,
            port,
            invoke_id,
            combine(hash(from_device ? source : target), port),
            state<Memory>(memory),
            context.shared};
  if (length != ams_header_bytes + data_length) call.blame(Wrong::length);
  response ? respond(call, error) : ask(call);
  if (output.role == Role::event)
    for (Operation& operation : output.operations()) operation.outcome = Outcome::one_way;
  return in.ok() ? call.found : fault(Wrong::truncated);
}

}  // namespace

const Protocol protocol = {
    .name = "ads",
    .label = {"Beckhoff ADS", "倍福 ADS"},
    .doc = "Reads and changes variables, states and files of TwinCAT controllers.",
    .message = &schema,
    .items = {&part_schema, &sample_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::ads
