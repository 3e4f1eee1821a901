// DCP ([10] 4.3): stations are found, named, given an address, reset and made to flash, by anyone on
// the segment and without a sign-in.
#include <algorithm>
#include <charconv>

#include "base/address.h"
#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

constexpr std::size_t most_text = 96;  // of an address with mask and gateway in words
constexpr std::uint8_t answer_bit = 1;

enum class Form : std::uint8_t {  // what stands in the blocks
  wanted,    // Get request: option and suboption alone
  filter,    // Identify request: no qualifier
  qualified, // Set request: BlockQualifier first; the others: BlockInfo first
};

struct Talk {
  std::uint8_t service;
  bool answer;
  Form form;
};

Bytes trimmed(Bytes text) {  // some stations fill with zeros
  while (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
  return text;
}

Bytes mapped(Call& call, Bytes four) {  // as Kind::ip holds it
  const IpAddress address = IpAddress::v4(four);
  return call.output.scratch.copy(Bytes{address.octets});
}

class Line {  // a short text in the making
 public:
  void add(std::string_view words) {
    const std::size_t size = std::min(words.size(), most_text - used_);
    std::copy_n(words.data(), size, text_ + used_);
    used_ += size;
  }
  void add_number(unsigned number) {
    char digits[10];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    add({digits, static_cast<std::size_t>(end - digits)});
  }
  void add_address(Bytes four) {
    for (std::size_t i = 0; i < four.size(); ++i) {
      if (i) add(".");
      add_number(four[i]);
    }
  }
  std::string_view text() const { return {text_, used_}; }

 private:
  char text_[most_text];
  std::size_t used_ = 0;
};

template <class BlockPen>
Value address_block(Call& call, Reader& in, BlockPen& pen) {
  const Bytes address = in.take(4), mask = in.take(4), gateway = in.take(4);
  if (!in.ok()) return {};
  pen.template set<"ip_address">(mapped(call, address));
  pen.template set<"subnet_mask">(mapped(call, mask));
  pen.template set<"gateway">(mapped(call, gateway));
  Line line;
  line.add_address(address), line.add("/"), line.add_address(mask), line.add(" gateway "), line.add_address(gateway);
  return call.text(line.text());
}

std::string_view role_text(std::uint8_t role) {
  if (role & 8) return "PROFINET IO supervisor";
  if ((role & 3) == 3) return "PROFINET IO controller and device";
  if (role & 2) return "PROFINET IO controller";
  if (role & 5) return "PROFINET IO device";
  return {};
}

// One block's content. Returns the value in words, where it has one; tells what a station says of
// itself.
template <class BlockPen>
Value content(Call& call, std::uint16_t code, bool tells, Reader& in, BlockPen& pen) {
  switch (code) {
    case block_name: {
      const Bytes name = trimmed(in.rest());
      pen.template set<"station_name">(name);
      if (tells) call.output.tell(Trait::name, name);
      return Value::of_run(Value::Kind::text, name);
    }
    case block_type_of_station: {
      const Bytes type = trimmed(in.rest());
      pen.template set<"type_of_station">(type);
      if (tells) call.output.tell(Trait::series, type);
      return Value::of_run(Value::Kind::text, type);
    }
    case block_alias: {
      const Bytes alias = trimmed(in.rest());
      pen.template set<"alias_name">(alias);
      return Value::of_run(Value::Kind::text, alias);
    }
    case block_ip: case block_ip_suite: return address_block(call, in, pen);
    case block_device_id: case block_oem_id: {
      const std::uint16_t vendor = in.be16();
      pen.template set<"vendor_id">(vendor);
      pen.template set<"device_id">(in.be16());
      if (in.ok() && tells) call.output.tell(Trait::vendor, wire::profinet_vendor(vendor));
      return {};
    }
    case block_role: {
      const std::uint8_t role = in.u8();
      pen.template set<"device_role">(role);
      if (in.ok() && tells) call.output.tell(Trait::role, role_text(role));
      return {};
    }
    default: pen.template set<"block_data">(in.rest()); return {};
  }
}

// What a station answers to a block that was set or asked for: option, suboption, error.
void control_response(Call& call, const Talk& talk, Reader& in) {
  Fill<block_fields> pen{call.output.items.start(block_schema), in};
  const std::uint8_t option = in.u8(), suboption = in.u8(), error = in.u8();
  const std::uint16_t code = block_of(option, suboption);
  pen.set<"block">(code);
  pen.set<"block_error">(error);
  if (!in.ok()) return call.blame(Wrong::block_length);
  call.output.items.emit();
  const BlockRow* row = block_row(code);
  const Verb verb = talk.service == service_set ? (row ? row->set : Verb::configure) : Verb::identify;
  Operation& operation = call.operate(verb, Place::parameter, code, error ? Outcome::refused : Outcome::ok);
  operation.code = error;
}

std::string_view reset_text(std::uint16_t mode) {
  for (const Name& name : reset_mode_names)
    if (name.value == mode) return name.word;
  return {};
}

// The two octets before a block's content. Of a reset they say what is wiped, which is returned.
Value qualify(Call& call, const Talk& talk, std::uint16_t code, Reader& in, Fill<block_fields>& pen) {
  const std::uint16_t qualifier = in.be16();
  pen.set<"qualifier">(qualifier);
  if (talk.service != service_set || talk.answer) return {};
  pen.set<"permanent">((qualifier & 1) != 0);
  if (code != block_reset_to_factory) return {};
  const auto mode = static_cast<std::uint16_t>(qualifier >> 1);
  pen.set<"reset_mode">(mode);
  const std::string_view words = reset_text(mode);
  return in.ok() && !words.empty() ? call.text(words) : Value{};
}

void concern(Call& call, std::uint16_t code) {
  switch (code) {
    case block_name: return call.mention(Wrong::name);
    case block_ip: case block_ip_suite: return call.mention(Wrong::address);
    case block_factory_reset: case block_reset_to_factory: return call.mention(Wrong::factory_reset);
    default: return;
  }
}

void operate(Call& call, const Talk& talk, std::uint16_t code, const Value& value) {
  const bool sets = talk.service == service_set;
  const bool presents = (talk.service == service_identify && talk.answer) || talk.service == service_hello;
  if (presents && code != block_name) return;  // who it is stands for all that it says of itself
  const BlockRow* row = block_row(code);
  const Outcome outcome = talk.answer || talk.service == service_hello ? Outcome::ok
                          : talk.service == service_identify          ? Outcome::one_way
                                                                       : Outcome::pending;
  Operation& operation =
      call.operate(sets ? (row ? row->set : Verb::configure) : Verb::identify, Place::parameter, code, outcome);
  if (code == block_name && (presents || talk.form == Form::filter))
    operation.object.text = value.run;  // each station is one
  else operation.value = value;
  if (!sets || talk.answer) return;
  concern(call, code);
}

void block(Call& call, const Talk& talk, std::uint16_t code, Reader& in) {
  if (code == block_response && talk.answer) return control_response(call, talk, in);
  Fill<block_fields> pen{call.output.items.start(block_schema), in};
  pen.set<"block">(code);
  const Value reset = talk.form == Form::qualified ? qualify(call, talk, code, in, pen) : Value{};
  const bool tells = talk.answer || talk.service == service_hello;
  const Value told = content(call, code, tells, in, pen);
  if (!in.ok()) return call.blame(Wrong::block_length);
  call.output.items.emit();
  operate(call, talk, code, reset.none() ? told : reset);
}

void wanted(Call& call, const Talk& talk, Reader& in) {
  while (in.left() >= 2) {
    const std::uint16_t code = in.be16();
    Fill<block_fields> pen{call.output.items.start(block_schema), in};
    pen.set<"block">(code);
    call.output.items.emit();
    operate(call, talk, code, {});
  }
}

void all_blocks(Call& call, const Talk& talk, Reader& in) {
  while (in.left() > 0 && in.ok()) {
    const std::uint16_t code = in.be16(), length = in.be16();
    Reader content = in.part(length);
    if (!in.ok()) return call.blame(Wrong::block_length);
    block(call, talk, code, content);
    if (length % 2 && in.left() > 0) in.skip(1);  // some leave the last one's pad away
  }
}

bool fits_frame(std::uint8_t service, bool answer, std::uint16_t frame_id) {
  switch (service) {
    case service_get: case service_set: return frame_id == 0xfefd;
    case service_identify: return frame_id == (answer ? 0xfeff : 0xfefe);
    case service_hello: return frame_id == 0xfefc;
    default: return false;
  }
}

}  // namespace

void dcp(Call& call, std::uint16_t frame_id) {
  Reader& in = call.in;
  const std::uint8_t service = in.u8(), type = in.u8();
  call.out.set<"service_id">(service);
  call.out.set<"service_type">(type);
  call.out.set<"xid">(in.be32());
  const std::uint16_t delay = in.be16(), length = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  const bool answer = type & answer_bit;
  if (!fits_frame(service, answer, frame_id)) return call.blame(Wrong::service);
  if (service == service_set) call.pdu = Pdu::dcp_set;
  call.out.set<"kind">(static_cast<std::uint8_t>(call.pdu));
  if (service == service_identify && !answer) call.out.set<"response_delay">(delay);
  if (service == service_get || service == service_set) call.output.role = answer ? Role::answer : Role::request;

  const Talk talk{service, answer,
                  answer || service == service_set || service == service_hello ? Form::qualified
                  : service == service_get                                      ? Form::wanted
                                                                                : Form::filter};
  if (length > in.left()) return call.blame(Wrong::dcp_length);
  Reader body = in.part(length);  // Ethernet may have padded behind
  if (talk.form == Form::wanted) wanted(call, talk, body);
  else all_blocks(call, talk, body);
  if (talk.form == Form::filter && call.output.operations_total == 1 &&
      call.output.operations()[0].object.address == block_all) {
    call.mention(Wrong::scan);
  }
}

}  // namespace langyan::profinet
