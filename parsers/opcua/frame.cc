// Where an OPC UA message starts and ends, whether a flow speaks it, and who sends it ([P6] 7.1.2).
#include "base/json.h"
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

constexpr std::size_t longest_notation = 120;  // the engine takes 128

struct Start {
  std::string_view letters;
  Transfer type;
  std::size_t least;  // octets of the whole message
};
constexpr Start starts[] = {
    {"HEL", Transfer::hello, 32}, {"ACK", Transfer::acknowledge, 28}, {"ERR", Transfer::error, 16},
    {"RHE", Transfer::reverse_hello, 16}, {"OPN", Transfer::open, 24}, {"CLO", Transfer::close, 24},
    {"MSG", Transfer::message, 24},
};

const Start* start_of(Bytes bytes) {
  for (const Start& row : starts)
    if (bytes.size() >= 3 && text_of(bytes.first(3)) == row.letters) return &row;
  return nullptr;
}

std::uint32_t le32(Bytes bytes, std::size_t at) {
  return Reader{bytes.subspan(std::min(at, bytes.size()))}.le32();
}

bool is_mark(std::uint8_t mark) { return mark == 'F' || mark == 'C' || mark == 'A'; }
bool sound_mark(const Start& start, std::uint8_t mark) {
  return mark == 'F' || (start.type == Transfer::message && (mark == 'C' || mark == 'A'));
}

// False as soon as what is there cannot start a message; at least one octet.
bool may_start(Bytes bytes) {
  const std::size_t have = std::min<std::size_t>(bytes.size(), 3);
  return std::ranges::any_of(starts, [&](const Start& row) {
    return row.letters.starts_with(text_of(bytes.first(have))) && (bytes.size() < 4 || is_mark(bytes[3]));
  });
}

bool sound_header(Bytes bytes) {  // of at least eight octets
  const Start* start = start_of(bytes);
  if (!start || !sound_mark(*start, bytes[3])) return false;
  const std::uint32_t size = le32(bytes, 4);
  return size >= start->least && size <= longest_message;
}

// What only this protocol's messages hold; more octets than the header are there.
bool sound_body(Bytes bytes) {
  const Transfer type = start_of(bytes)->type;
  const std::uint32_t size = le32(bytes, 4);
  Reader in{bytes.subspan(header_bytes)};
  switch (type) {
    case Transfer::hello: {
      in.skip(20);
      const std::uint32_t url = in.le32();
      return size - 32 == (url == ~std::uint32_t{0} ? 0 : url);
    }
    case Transfer::acknowledge: return size == 28;
    case Transfer::error: return is_bad(in.le32()) && size >= 16;
    case Transfer::reverse_hello: return in.le32() <= size - 16;
    case Transfer::open:
      in.skip(4);
      return in.le32() <= 255 && text_of(in.take(std::min<std::size_t>(in.left(), 4))).starts_with("http");
    case Transfer::close: return size < 4'096;
    default: return true;
  }
}

bool on_hinted_port(const Context& context) { return context.client_port == 4840 || context.server_port == 4840; }

Identity identify_stream(Bytes bytes, const Context& context) {
  if (!may_start(bytes)) return Identity::no;
  if (bytes.size() >= 4 && !sound_mark(*start_of(bytes), bytes[3])) return Identity::no;
  if (bytes.size() < header_bytes) return Identity::unsure;
  if (!sound_header(bytes)) return Identity::no;
  if (on_hinted_port(context)) return Identity::yes;
  const std::uint32_t size = le32(bytes, 4);
  if (bytes.size() < 36 && bytes.size() < size) return Identity::unsure;
  if (!sound_body(bytes)) return Identity::no;
  // The next message, where it is there, must start soundly too.
  const Bytes next = bytes.subspan(std::min<std::size_t>(size, bytes.size()));
  return next.size() < header_bytes || sound_header(next) ? Identity::yes : Identity::no;
}

}  // namespace

Transfer transfer_of(Bytes bytes) {
  const Start* start = start_of(bytes);
  return start ? start->type : Transfer{};
}

Identity identify(Bytes bytes, const Context& context) {
  switch (context.transport) {
    case Transport::tcp: return identify_stream(bytes, context);
    case Transport::layer2:
      return context.ethertype == 0xb62c && is_network_message(bytes) ? Identity::yes : Identity::no;
    default: return on_hinted_port(context) && is_network_message(bytes) ? Identity::yes : Identity::no;
  }
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (!may_start(bytes)) return Frame::lost();
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  const std::uint32_t size = le32(bytes, 4);
  if (size < header_bytes || size > longest_message) return Frame::lost();
  if (size > most_message_bytes) return Frame::skip(size);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Letters may stand within a message, so there one counts only when another follows it or the segment ends with it.
std::size_t resync(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return 0;
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!start_of(here) || !sound_header(here)) continue;
    if (at == 0) return at;
    const std::uint32_t size = le32(here, 4);
    if (size > here.size()) continue;
    const Bytes next = here.subspan(size);
    if (next.empty() || (next.size() >= header_bytes && sound_header(next))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || bytes.size() < header_bytes) return End::unknown;
  const Start* start = start_of(bytes);
  if (!start) return End::unknown;
  Reader in{bytes.subspan(header_bytes)};
  in.skip(4);  // the channel
  switch (start->type) {
    case Transfer::hello: case Transfer::close: return End::client;
    case Transfer::acknowledge: case Transfer::reverse_hello: return End::server;
    case Transfer::open: read_string(in), read_string(in), read_string(in); break;
    case Transfer::message: in.skip(4); break;
    default: return End::unknown;
  }
  in.skip(8);  // sequence number and request id
  if (!in.ok()) return End::unknown;
  const std::uint32_t type = readable_type(in.rest());
  if (type == 0) return End::unknown;
  return find_service(type).is_response ? End::server : End::client;
}

// Node ids as the standard writes them ([P6] 5.3.1.10), with the attribute where it is not the value.
void notation(const Object& object, std::string& out) {
  const auto text = [&](Bytes run) { out += text_of(run.first(std::min(run.size(), longest_notation))); };
  switch (static_cast<Place>(object.space)) {
    case Place::subscription: out += "subscription ", append_number(out, object.address); return;
    case Place::monitored_item:
      out += "subscription ", append_number(out, std::uint64_t{object.area});
      out += " handle ", append_number(out, object.address);
      return;
    case Place::dataset:
      if (!object.text.empty())
        out += "publisher ", out += text_of(object.text.first(std::min<std::size_t>(object.text.size(), 80)));
      if (object.area) out += " group ", append_number(out, std::uint64_t{object.area - 1});
      if (object.address) out += " writer ", append_number(out, object.address - 1);
      return;
    case Place::channel:
      out += "channel ", out += policies[std::min<std::uint64_t>(object.address, std::size(policies) - 1)].name;
      return;
    case Place::node: break;
    default: return text(object.text);
  }
  constexpr std::size_t longest_name = 80;
  const auto form = static_cast<NodeId::Form>(object.area >> 16);
  if (const std::uint32_t space = object.area & 0xffff)
    out += "ns=", append_number(out, std::uint64_t{space}), out += ';';
  switch (form) {
    case NodeId::Form::numeric: out += "i=", append_number(out, object.address); break;
    case NodeId::Form::string:
      out += "s=", out += text_of(object.text.first(std::min(object.text.size(), longest_name)));
      break;
    case NodeId::Form::guid: {
      Line line;
      add_guid(line, object.text);
      out += "g=", out += line.view();
      break;
    }
    default: out += "b=", append_hex(out, object.text.first(std::min<std::size_t>(object.text.size(), 32)));
  }
  for (const Name& name : attribute_names)
    if (object.width && name.value == object.width) out += '.', out += name.word;
}

}  // namespace langyan::opcua
