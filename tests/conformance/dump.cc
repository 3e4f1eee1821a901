// Counts what the decoders say of captures, in the form of the corpus's expectations:
//   expectations, file, field, direction, value, count   (tabs between, one row a line)
// for each file named on the command line, below the folder named first. Flows start anew with each
// file. conformance.py compares. `--messages FILE` instead prints a line a message, to find a
// difference; `--protocols` which protocol is held against which expectations.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "capture/source.h"
#include "decode/decode.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"
#include "tests/conformance/tally.h"

namespace {

using namespace langyan;

// Who asks is told by the ports alone, as the expectations do: towards a port of a known server,
// else towards the lower one.
constexpr std::uint16_t server_ports[] = {502,   102,  20000, 2404,  44818, 2222, 4840, 47808,
                                          1883,  8883, 5094,  4712,  4713,  9600, 5683, 3671,
                                          48898, 2152, 2123,  19999, 34964, 5050, 18246};
bool is_server(std::uint16_t port) {
  return std::find(std::begin(server_ports), std::end(server_ports), port) !=
         std::end(server_ports);
}
std::string direction_word(const Context& context) {
  const bool to_server = context.direction == Direction::to_server;
  const std::uint16_t from = to_server ? context.client_port : context.server_port;
  const std::uint16_t to = to_server ? context.server_port : context.client_port;
  if (is_server(to) && !is_server(from)) return "request";
  if (is_server(from) && !is_server(to)) return "response";
  if (from == to) return "peer";
  return to < from ? "request" : "response";
}

class Counter : public flow::Listener, public dissect::Listener {
 public:
  explicit Counter(bool shows)
      : shows_(shows),
        tracker_(flow::Options{}, decoder_, *this),
        dissector_(tracker_.capacity(), 1, *this) {}

  bool run(const std::string& path) {
    auto source = capture::open_file(path);
    if (!source) return std::fprintf(stderr, "%s\n", source.error().message.c_str()), false;
    Time last_tick = 0;
    while (true) {
      auto more = (*source)->read(256, [&](const capture::Packet& packet) {
        now_ = packet.time, number_ = packet.number;
        if (now_ / second != last_tick)
          dissector_.tick(now_), tracker_.tick(now_), last_tick = now_ / second;
        decode::Headers headers;
        const auto outcome =
            decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
        tracker_.accept(packet, headers, outcome);
      });
      if (!more || *more == capture::Progress::end) break;
    }
    tracker_.finish();
    return true;
  }

  conformance::Tally tally;

 private:
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    if (shows_ && chunk.gap)
      std::printf("%llu gap of %llu octets\n", number(),
                  static_cast<unsigned long long>(chunk.missing));
    dissector_.stream(flow, way, chunk, now_, number_);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector_.datagram(flow, way, payload,
                        flow.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2, now_,
                        number_);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override { dissector_.closed(flow, now_); }
  void anomaly(const flow::Oddity& oddity) override { said(flow::detection(oddity.kind).name); }
  void identified(flow::Flow&, const Protocol&) override {}
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection& what, Direction, Bytes) override {
    said(what.name);
  }
  void said(std::string_view name) {
    if (shows_) std::printf("%llu %.*s\n", number(), static_cast<int>(name.size()), name.data());
  }
  unsigned long long number() const { return number_; }

  void message(flow::Flow&, const Message& message) override {
    const std::string way = direction_word(message.context);
    tally.start(way);
    const std::string_view name = message.protocol->name;
    for (const conformance::Counting* counting : conformance::Counting::all())
      if (counting->protocol == name) counting->count({message.record, &message}, tally);
    if (shows_)
      std::printf("%llu %.*s %s%s\n", number(), static_cast<int>(name.size()), name.data(), way.c_str(),
                  tally.line.c_str());
  }

  bool shows_;
  Time now_ = 0;
  std::uint64_t number_ = 0;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
};

}  // namespace

namespace langyan::conformance {

std::string decimal(std::uint64_t value) { return std::to_string(value); }
std::string hexadecimal(std::uint64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}
std::vector<const Counting*>& Counting::all() {
  static std::vector<const Counting*> list;
  return list;
}
Counting::Counting(std::string_view name, std::vector<std::string_view> held_against, Count counts)
    : protocol(name), files(std::move(held_against)), count(counts) {
  all().push_back(this);
}

}  // namespace langyan::conformance

int main(int argc, char** argv) {
  if (argc == 3 && !std::strcmp(argv[1], "--messages")) return Counter(true).run(argv[2]) ? 0 : 1;
  if (argc == 2 && !std::strcmp(argv[1], "--protocols")) {
    for (const conformance::Counting* each : conformance::Counting::all())
      for (std::string_view file : each->files)
        std::printf("%.*s\t%.*s\n", static_cast<int>(each->protocol.size()), each->protocol.data(),
                    static_cast<int>(file.size()), file.data());
    return 0;
  }
  if (argc < 3)
    return std::fputs(
               "usage: conformance_dump FOLDER FILE... | conformance_dump --messages FILE | conformance_dump "
               "--protocols\n",
               stderr),
           2;
  for (int i = 2; i < argc; ++i) {
    Counter counter(false);
    if (!counter.run(std::string(argv[1]) + "/" + argv[i])) return 1;
    for (const auto& [key, messages] : counter.tally.counts) {
      const auto& [expectations, field, way, value] = key;
      std::printf("%s\t%s\t%s\t%s\t%s\t%llu\n", expectations.c_str(), argv[i], field.c_str(),
                  way.c_str(), value.c_str(), static_cast<unsigned long long>(messages));
    }
  }
  return 0;
}
