#include "center/pcapng.h"

#include <openssl/evp.h>
#include <simdjson.h>

#include <optional>

namespace langyan::center {
namespace {

constexpr std::uint16_t comment_option = 1, application_option = 4, interface_name_option = 2;
constexpr std::size_t most_packet = 256u << 10;  // more than any packet

// Numbers in the order of this machine, which the section header tells.
class Block {
 public:
  explicit Block(std::uint32_t type) { number(type).number(std::uint32_t{0}); }
  template <class Number>
  Block& number(Number value) {
    octets_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Block& padded(std::string_view octets) {
    octets_.append(octets);
    octets_.append((4 - octets_.size() % 4) % 4, '\0');
    return *this;
  }
  Block& option(std::uint16_t code, std::string_view text) {
    text = text.substr(0, UINT16_MAX);
    return number(code).number(static_cast<std::uint16_t>(text.size())).padded(text);
  }
  std::string done() {
    number(std::uint32_t{0});  // the end of the options
    const auto length = static_cast<std::uint32_t>(octets_.size() + sizeof(std::uint32_t));
    number(length);
    octets_.replace(4, sizeof length, reinterpret_cast<const char*>(&length), sizeof length);
    return std::move(octets_);
  }

 private:
  std::string octets_;
};

struct Packet {
  std::string octets, title;
  std::uint16_t link_type = 1;
};

std::optional<std::string> decoded(std::string_view base64) {
  if (base64.size() % 4 != 0 || base64.size() / 4 * 3 > most_packet) return {};
  std::string octets(base64.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                                     reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  if (length < 0) return {};
  octets.resize(static_cast<std::size_t>(length) - (base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0));
  return octets;
}

std::optional<Packet> packet_of(std::string_view event) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view text;
  if (parser.parse(event.data(), event.size()).get(root) != simdjson::SUCCESS) return {};
  if (root["packet"].get(text) != simdjson::SUCCESS || text.empty()) return {};
  auto octets = decoded(text);
  if (!octets) return {};
  Packet packet;
  packet.octets = std::move(*octets);
  std::uint64_t link = 1;
  if (root.at_pointer("/packet_info/linktype").get(link) == simdjson::SUCCESS) packet.link_type = static_cast<std::uint16_t>(link);
  if (root.at_pointer("/alert/signature").get(text) == simdjson::SUCCESS) packet.title = text;
  return packet;
}

}  // namespace

PacketFile::PacketFile() {
  file_ = Block(0x0a0d0d0a).number(std::uint32_t{0x1a2b3c4d}).number(std::uint16_t{1}).number(std::uint16_t{0})
              .number(std::int64_t{-1}).option(application_option, "Langyan").done();
}

bool PacketFile::add(std::string_view line, std::string_view sensor, Time event_time, std::string_view id) {
  const auto packet = packet_of(line);
  if (!packet) return false;
  const auto next = static_cast<std::uint32_t>(interfaces_.size());
  const auto [interface, fresh] = interfaces_.try_emplace({std::string(sensor), packet->link_type}, next);
  if (fresh)
    file_ += Block(1).number(packet->link_type).number(std::uint16_t{0}).number(std::uint32_t{0})
                 .option(interface_name_option, sensor).done();
  const auto time = static_cast<std::uint64_t>(event_time);  // microseconds, the format's own unless it says
  const auto size = static_cast<std::uint32_t>(packet->octets.size());
  file_ += Block(6).number(interface->second).number(static_cast<std::uint32_t>(time >> 32)).number(static_cast<std::uint32_t>(time))
               .number(size).number(size).padded(packet->octets)
               .option(comment_option, std::string(id) + " " + packet->title).done();
  return true;
}

}  // namespace langyan::center
