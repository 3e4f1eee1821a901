// The packet of an alert as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark: the alert's id and
// title are its comment.
#include <openssl/evp.h>
#include <simdjson.h>

#include "center/center.h"
#include "center/handlers.h"

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

std::optional<Packet> packet_of(const std::string& event) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view text;
  if (parser.parse(event).get(root) != simdjson::SUCCESS) return {};
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

std::string pcapng_of(const store::Event& event, const Packet& packet) {
  std::string file = Block(0x0a0d0d0a).number(std::uint32_t{0x1a2b3c4d}).number(std::uint16_t{1}).number(std::uint16_t{0})
                         .number(std::int64_t{-1}).option(application_option, "Langyan").done();
  file += Block(1).number(packet.link_type).number(std::uint16_t{0}).number(std::uint32_t{0})
              .option(interface_name_option, event.sensor).done();
  const auto time = static_cast<std::uint64_t>(event.time);  // microseconds, the format's own unless it says
  const auto size = static_cast<std::uint32_t>(packet.octets.size());
  file += Block(6).number(std::uint32_t{0}).number(static_cast<std::uint32_t>(time >> 32)).number(static_cast<std::uint32_t>(time))
              .number(size).number(size).padded(packet.octets)
              .option(comment_option, event.id + " " + packet.title).done();
  return file;
}

}  // namespace

Response alert_packet(Center& center, Call& call) {
  const auto event = center.events().event(call.scope(), call.parameters.text("id"));
  if (!event) return question_problem(event.error());
  if (event->event_class != store::EventClass::alert) return Problem(Code::not_found, "The event of that id is no alert.");
  const auto packet = packet_of(event->json);
  if (!packet) return Problem(Code::not_found, "The alert carries no packet.");
  Response response;
  response.content_type = "application/x-pcapng";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + event->id + ".pcapng\"");
  response.body = pcapng_of(*event, *packet);
  return response;
}

}  // namespace langyan::center
