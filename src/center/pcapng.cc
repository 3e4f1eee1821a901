#include "center/pcapng.h"

#include <openssl/evp.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

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

std::optional<std::string> decoded(std::string_view base64) {
  if (base64.size() % 4 != 0 || base64.size() / 4 * 3 > most_packet) return {};
  std::string octets(base64.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  if (length < 0) return {};
  octets.resize(static_cast<std::size_t>(length) - (base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0));
  return octets;
}

struct Carried {  // by an event, or by a member of it
  std::string octets;
  std::uint16_t link_type = 1;
  std::uint64_t number = 0;
  std::uint32_t length = 0;
};

std::optional<Carried> carried_by(const simdjson::dom::element& from) {
  std::string_view text;
  if (from["packet"].get(text) != simdjson::SUCCESS || text.empty()) return {};
  auto octets = decoded(text);
  if (!octets) return {};
  const auto number = [&](std::string_view pointer, std::uint64_t otherwise) {
    std::uint64_t value;
    return from.at_pointer(pointer).get(value) == simdjson::SUCCESS ? value : otherwise;
  };
  Carried carried;
  carried.link_type = static_cast<std::uint16_t>(number("/packet_info/linktype", 1));
  carried.number = number("/pcap_cnt", 0);
  carried.length = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(number("/packet_info/length", 0), octets->size(), UINT32_MAX));
  carried.octets = std::move(*octets);
  return carried;
}

}  // namespace

std::uint32_t PacketFile::interface_of(std::string_view sensor, std::uint16_t link_type) {
  const std::pair wanted(std::string(sensor), link_type);
  const auto found = std::ranges::find(interfaces_, wanted);
  const auto number = static_cast<std::uint32_t>(found - interfaces_.begin());
  if (found == interfaces_.end()) interfaces_.push_back(wanted);
  return number;
}

bool PacketFile::add(std::string_view line, std::string_view sensor, Time event_time, std::string_view id) {
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(line.data(), line.size()).get(event) != simdjson::SUCCESS) return false;
  const auto keep = [&](Carried packet, Time time) -> Packet& {
    const std::uint32_t interface = interface_of(sensor, packet.link_type);
    packets_.push_back({time, interface, packet.number, std::move(packet.octets), packet.length, {}});
    return packets_.back();
  };
  auto own = carried_by(event);
  if (!own) return false;
  std::string_view text;
  std::string comment = std::string(id) + " ";
  if (event.at_pointer("/alert/signature").get(text) == simdjson::SUCCESS) comment += text;
  keep(std::move(*own), event_time).comments.push_back(std::move(comment));
  simdjson::dom::array before;
  if (event["packets_before"].get(before) != simdjson::SUCCESS) return true;
  for (const auto each : before) {
    auto packet = carried_by(each);
    if (!packet || each["timestamp"].get(text) != simdjson::SUCCESS) continue;
    if (const auto time = parse_timestamp(text)) keep(std::move(*packet), *time);
  }
  return true;
}

// Alerts of one flow carry the same packets, some of them a shorter piece. What has no number may be another that looks alike.
void PacketFile::join_same() {
  const auto place = [](const Packet& packet) { return std::tie(packet.time, packet.interface, packet.number); };
  std::ranges::stable_sort(packets_, [&](const Packet& a, const Packet& b) {
    return std::tuple_cat(place(a), std::tie(a.octets)) < std::tuple_cat(place(b), std::tie(b.octets));
  });
  std::vector<Packet> joined;
  for (Packet& packet : packets_) {
    if (packet.number == 0 || joined.empty() || place(joined.back()) != place(packet) ||
        !packet.octets.starts_with(joined.back().octets)) {
      joined.push_back(std::move(packet));
      continue;
    }
    Packet& same = joined.back();
    same.octets = std::move(packet.octets), same.length = std::max(same.length, packet.length);
    std::ranges::move(packet.comments, std::back_inserter(same.comments));
  }
  packets_ = std::move(joined);
}

std::string PacketFile::take() {
  join_same();
  std::string file = Block(0x0a0d0d0a)
                         .number(std::uint32_t{0x1a2b3c4d})
                         .number(std::uint16_t{1})
                         .number(std::uint16_t{0})
                         .number(std::int64_t{-1})
                         .option(application_option, "Langyan")
                         .done();
  for (const auto& [sensor, link_type] : interfaces_)
    file += Block(1)
                .number(link_type)
                .number(std::uint16_t{0})
                .number(std::uint32_t{0})
                .option(interface_name_option, sensor)
                .done();
  for (const Packet& packet : packets_) {
    const auto time = static_cast<std::uint64_t>(packet.time);  // microseconds, the format's own unless it says
    Block block(6);
    block.number(packet.interface)
        .number(static_cast<std::uint32_t>(time >> 32))
        .number(static_cast<std::uint32_t>(time))
        .number(static_cast<std::uint32_t>(packet.octets.size()))
        .number(packet.length)
        .padded(packet.octets);
    for (const std::string& comment : packet.comments) block.option(comment_option, comment);
    file += block.done();
  }
  return file;
}

}  // namespace langyan::center
