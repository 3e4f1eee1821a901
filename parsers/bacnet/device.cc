// Services on devices as a whole: who is there, restart, silence, clocks, files, terminals
// ([135] 14, 16, 17).
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint16_t type_device_object = 8;

void i_am(Call& call, Tags& tags) {
  const auto id = tags.plain_object();
  if (!id || id->type != type_device_object) return call.blame(Wrong::parameter);
  call.device(id->instance);
  call.need<"max_apdu_length">(tags.plain_number(type_unsigned));
  call.need<"segmentation_supported">(tags.plain_number(type_enumerated));
  const auto vendor = tags.plain_number(type_unsigned);
  if (!call.need<"vendor_id">(vendor)) return;
  call.touch(call.verb, object_of(*id));
  call.output.tell(Trait::vendor, vendor_name(static_cast<std::uint32_t>(*vendor)), id->instance);
}

void i_have(Call& call, Tags& tags) {
  const auto device = tags.plain_object(), object = device ? tags.plain_object() : std::nullopt;
  if (!object) return call.blame(Wrong::parameter);
  const auto name = tags.application(type_characters);
  if (!name) return call.blame(Wrong::parameter);
  call.device(device->instance);
  call.put_text<"object_name">(name);
  emit_reference(call, {*object, 0, false, {}});
  call.touch(call.verb, object_of(*object));
  if (object->type == type_device_object) {
    call.output.tell(Trait::name, characters(*name, call.output.scratch), device->instance);
  }
}

void limits(Call& call, Tags& tags) {  // both or none
  const auto low = tags.number(0), high = tags.number(1);
  if (low.has_value() != high.has_value()) call.blame(Wrong::parameter);
  call.put<"low_limit">(low);
  call.put<"high_limit">(high);
}

void who_is(Call& call, Tags& tags) {
  limits(call, tags);
  if (tags.trouble() == Tags::Trouble::none) call.operate();
}

void who_has(Call& call, Tags& tags) {
  limits(call, tags);
  if (const auto object = tags.object(2)) {
    emit_reference(call, {*object, 0, false, {}});
    call.touch(call.verb, object_of(*object));
    return;
  }
  const auto name = tags.context(3);
  if (!name) return call.blame(Wrong::parameter);
  call.put_text<"object_name">(name);
  Operation& operation = call.operate();
  operation.object.space = place_name;
  operation.object.text = characters(*name, call.output.scratch);
}

// A device without a number says what it is; somebody gives it one ([135] 16.11, 16.12).
void who_am_i(Call& call, Tags& tags, bool assigns) {
  const auto vendor = tags.plain_number(type_unsigned);
  if (!call.need<"vendor_id">(vendor)) return;
  const auto model = tags.application(type_characters),
             serial = model ? tags.application(type_characters) : std::nullopt;
  if (!serial) return call.blame(Wrong::parameter);
  if (!assigns) {
    call.output.tell(Trait::vendor, vendor_name(static_cast<std::uint32_t>(*vendor)));
    call.output.tell(Trait::model, characters(*model, call.output.scratch));
    call.output.tell(Trait::serial, characters(*serial, call.output.scratch));
    call.operate();
    return;
  }
  const auto id = tags.plain_object();
  tags.application(type_octets);  // the address it shall have
  if (tags.trouble() != Tags::Trouble::none) return;
  if (!id) return void(call.operate());
  call.device(id->instance);
  call.touch(call.verb, object_of(*id));
}

// Remembers a request that carries no password, to see whether it is obeyed.
void note_password(Call& call, bool present) {
  call.pen.set<"password_present">(present);
  if (!call.asks() || call.output.role != Role::request) return;
  call.memory.unprotected[call.asked_way()] = !present;
  call.memory.unprotected_id[call.asked_way()] = call.invoke_id;
}

void communication_control(Call& call, Tags& tags) {
  call.put<"duration">(tags.number(0));
  const auto state = tags.number(1);
  if (!call.need<"enable_disable">(state)) return;
  const bool password = tags.context(2).has_value();
  if (tags.trouble() != Tags::Trouble::none) return;
  if (*state >= std::size(enable_disable_names)) call.blame(Wrong::parameter);
  note_password(call, password || *state == 0);  // to enable hurts nobody
  call.pen.set<"password_present">(password);
  call.operate(*state == 0 ? Verb::start : Verb::stop).value = Value::of(*state);
}

void reinitialize(Call& call, Tags& tags) {
  const auto state = tags.number(0);
  if (!call.need<"reinitialized_state">(state)) return;
  const bool password = tags.context(1).has_value();
  if (tags.trouble() != Tags::Trouble::none) return;
  note_password(call, password);
  const auto* row = std::ranges::find(reinitializations, *state, &Reinitialization::code);
  if (row == std::end(reinitializations)) call.blame(Wrong::parameter);
  call.operate(row == std::end(reinitializations) ? Verb::reset : row->verb).value = Value::of(*state);
}

void set_time(Call& call, Tags& tags) {
  const auto date = tags.application(type_date), time = date ? tags.application(type_time) : std::nullopt;
  if (!time) return call.blame(Wrong::parameter);
  const auto when = clock_time(*date, *time);
  if (!when) call.blame(Wrong::parameter);
  else call.pen.set<"set_time">(*when);
  call.operate();
}

void private_transfer(Call& call, Tags& tags) {
  const auto vendor = tags.number(0), service = vendor ? tags.number(1) : std::nullopt;
  if (!call.need<"vendor_id">(vendor) || !call.need<"private_service">(service)) return;
  // Parameters stand between tags of number 2; makers put there what they like, tagged or not.
  if (tags.more()) {
    const Bytes block = tags.rest();
    if (block.size() < 2 || block.front() != 0x2e || block.back() != 0x2f) return call.blame(Wrong::parameter);
    call.pen.set<"data">(block.subspan(1, block.size() - 2));
  }
  Operation& operation = call.operate();
  operation.object.space = place_private;
  operation.object.area = static_cast<std::uint32_t>(*vendor);
  operation.object.address = *service;
  operation.object.count = 1;
}

void text_message(Call& call, Tags& tags) {
  const auto source = tags.object(0);
  if (!source) return call.blame(Wrong::parameter);
  call.device(source->instance);
  tags.group(1);  // class of the message
  if (!tags.number(2)) call.blame(Wrong::parameter);  // its priority
  const auto text = tags.context(3);
  if (!text) return call.blame(Wrong::parameter);
  call.put_text<"message_text">(text);
  call.operate();
}

// The part of a file: octets of a stream in group 0, records in group 1.
void file_part(Call& call, Tags& tags, bool carries) {
  const auto stream = tags.group(0);
  const auto records = stream ? std::nullopt : tags.group(1);
  if (!stream && !records) return call.blame(Wrong::parameter);
  Tags inner{stream ? *stream : *records};
  const auto start = inner.plain_signed();
  if (!start) return call.blame(Wrong::parameter), finish(call, inner);
  call.pen.set<"file_start">(*start);
  if (!stream || !carries) call.need<"file_count">(inner.plain_number(type_unsigned));
  if (stream && carries) {
    const auto octets = inner.application(type_octets);
    if (!octets) return call.blame(Wrong::parameter), finish(call, inner);
    call.pen.set<"data">(*octets);
    call.pen.set<"file_count">(static_cast<std::uint32_t>(octets->size()));
  } else if (carries) {
    call.pen.set<"data">(inner.left());
    while (inner.application(type_octets)) {}
  }
  finish(call, inner);
}

void read_file(Call& call, Tags& tags) {
  if (!call.asks()) {
    call.put_boolean<"end_of_file">(tags.plain_boolean());
    file_part(call, tags, true);
    call.operate();
    return;
  }
  const auto file = tags.plain_object();
  if (!file) return call.blame(Wrong::parameter);
  emit_reference(call, {*file, 0, false, {}});
  file_part(call, tags, false);
  call.touch(call.verb, object_of(*file));
}

void write_file(Call& call, Tags& tags) {
  if (!call.asks()) {  // where the first octet or record went
    const auto stream = tags.context(0);
    if (!stream && !tags.context(1)) call.blame(Wrong::parameter);
    call.operate();
    return;
  }
  const auto file = tags.plain_object();
  if (!file) return call.blame(Wrong::parameter);
  emit_reference(call, {*file, 0, false, {}});
  file_part(call, tags, true);
  call.touch(call.verb, object_of(*file));
}

void vt_open(Call& call, Tags& tags) {
  if (call.asks() && !tags.plain_number(type_enumerated)) call.blame(Wrong::parameter);  // class of terminal
  call.need<"session_id">(tags.plain_number(type_unsigned));
  call.operate();
}

void vt_close(Call& call, Tags& tags) {
  call.need<"session_id">(tags.plain_number(type_unsigned));
  while (tags.plain_number(type_unsigned)) {}  // more sessions
  call.operate();
}

void vt_data(Call& call, Tags& tags) {
  if (!call.asks()) {
    tags.boolean(0);  // whether all was taken
    tags.number(1);   // octets that were
    call.operate();
    return;
  }
  call.need<"session_id">(tags.plain_number(type_unsigned));
  const auto octets = tags.application(type_octets);
  if (!octets) return call.blame(Wrong::parameter);
  call.pen.set<"data">(*octets);
  tags.plain_number(type_unsigned);  // alternates, against doubles
  call.operate();
}

void opaque(Call& call, Tags& tags) {
  if (tags.more()) call.pen.set<"data">(tags.left());
  while (tags.element()) {}
  if (tags.trouble() == Tags::Trouble::none) call.operate();
}

}  // namespace

void device(Call& call, Body body, Tags& tags) {
  switch (body) {
    case Body::i_am: return i_am(call, tags);
    case Body::i_have: return i_have(call, tags);
    case Body::who_is: return who_is(call, tags);
    case Body::who_has: return who_has(call, tags);
    case Body::who_am_i: return who_am_i(call, tags, false);
    case Body::you_are: return who_am_i(call, tags, true);
    case Body::communication_control: return communication_control(call, tags);
    case Body::reinitialize: return reinitialize(call, tags);
    case Body::set_time: return set_time(call, tags);
    case Body::private_transfer: return private_transfer(call, tags);
    case Body::text_message: return text_message(call, tags);
    case Body::read_file: return read_file(call, tags);
    case Body::write_file: return write_file(call, tags);
    case Body::vt_open: return vt_open(call, tags);
    case Body::vt_close: return vt_close(call, tags);
    case Body::vt_data: return vt_data(call, tags);
    case Body::opaque: return opaque(call, tags);
    default: return;
  }
}

}  // namespace langyan::bacnet
