// Counts what the decoders say of captures, in the form of the corpus's expectations:
//   protocol, file, field, direction, value, count   (tabs between, one row a line)
// for each file named on the command line, below the folder named first. Flows start anew with each
// file. tests/conformance compares; `--messages FILE` instead prints a line a message, to find a
// difference.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <tuple>

#include "capture/source.h"
#include "decode/decode.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"

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

std::string decimal(std::uint64_t value) {
  return std::to_string(value);
}
std::string hexadecimal(std::uint64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
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

  // protocol, field, direction, value -> messages
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t> counts;

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

  struct One {  // a message, by the names of its fields
    const View& view;
    std::size_t at(std::string_view name) const { return view.schema->find(name); }
    bool has(std::string_view name) const {
      return at(name) < view.schema->fields.size() && view.has(at(name));
    }
    std::uint64_t number(std::string_view name) const { return view.number(at(name)); }
    std::string text(std::string_view name) const {
      return std::string(text_of(view.bytes(at(name))));
    }
  };

  void message(flow::Flow&, const Message& message) override {
    way_ = direction_word(message.context);
    protocol_ = message.protocol->name;
    const One one{message.record};
    line_.clear();
    if (protocol_ == "modbus") modbus(one);
    if (protocol_ == "s7comm") s7comm(one);
    if (protocol_ == "iec104") iec104(one);
    if (shows_)
      std::printf("%llu %s %s%s\n", number(), protocol_.c_str(), way_.c_str(), line_.c_str());
  }
  void count(std::string_view protocol, std::string_view field, const std::string& way,
             const std::string& value) {
    ++counts[{std::string(protocol), std::string(field), way, value}];
    line_ += ' ', line_ += field, line_ += '=', line_ += value;
  }

  void modbus(const One& one) {
    constexpr std::pair<std::string_view, std::string_view> fields[] = {
        {"mbtcp.unit_id", "unit_id"},
        {"modbus.func_code", "function"},
        {"modbus.exception_code", "exception"},
        {"modbus.diagnostic_code", "subfunction"},
        {"modbus.mei", "mei_type"}};
    for (const auto& [theirs, ours] : fields)
      if (one.has(ours)) count("modbus", theirs, way_, decimal(one.number(ours)));
  }

  void s7comm(const One& one) {
    if (!one.has("rosctr")) return;
    const std::uint64_t kind = one.number("rosctr");
    constexpr std::uint64_t userdata = 7, service = 0x28;
    count("s7comm", "s7comm.header.rosctr", way_, decimal(kind));
    if (kind == userdata) {
      if (!one.has("function_group")) return;
      count("s7comm", "s7comm.param.userdata.type", "-", decimal(one.number("request_type")));
      count("s7comm", "s7comm.param.userdata.funcgroup", "-",
            decimal(one.number("function_group")));
      if (one.number("function_group"))
        count("s7comm", "s7comm.param.userdata.subfunc", "-", decimal(one.number("subfunction")));
      return;
    }
    if (one.has("function"))
      count("s7comm", "s7comm.param.func", way_, hexadecimal(one.number("function"), 2));
    if (one.has("error_class")) {
      count("s7comm", "s7comm.header.errcls/errcod", "-",
            hexadecimal(one.number("error") >> 8, 2) + "/" +
                hexadecimal(one.number("error") & 0xff, 2));
    }
    if (one.has("pi_service") && one.number("function") >= service) {
      count("s7comm", "s7comm.param.pistart.servicename", "-", one.text("pi_service"));
    }
  }

  void iec104(const One& one) {
    if (!one.has("format")) return;
    count("iec60870_104", "iec60870_104.type", way_, hexadecimal(one.number("format"), 8));
    if (one.has(
            "u_function")) {  // one bit each: STARTDT act, con, STOPDT act, con, TESTFR act, con
      const std::uint64_t bit =
          (one.number("u_function") - 1) * 2 + (one.number("u_confirmation") ? 1 : 0);
      count("iec60870_104", "iec60870_104.utype", way_, hexadecimal(std::uint64_t{1} << bit, 8));
    }
    if (!one.has("type_id")) return;
    count("iec60870_104", "iec60870_asdu.typeid", way_, decimal(one.number("type_id")));
    count("iec60870_104", "iec60870_asdu.typeid/causetx", way_,
          decimal(one.number("type_id")) + "/" + decimal(one.number("cause")));
  }

  bool shows_;
  std::string way_, protocol_, line_;
  Time now_ = 0;
  std::uint64_t number_ = 0;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && !std::strcmp(argv[1], "--messages")) return Counter(true).run(argv[2]) ? 0 : 1;
  if (argc < 3)
    return std::fputs("usage: conformance_dump FOLDER FILE... | conformance_dump --messages FILE\n",
                      stderr),
           2;
  for (int i = 2; i < argc; ++i) {
    Counter counter(false);
    if (!counter.run(std::string(argv[1]) + "/" + argv[i])) return 1;
    for (const auto& [key, messages] : counter.counts) {
      const auto& [protocol, field, way, value] = key;
      std::printf("%s\t%s\t%s\t%s\t%s\t%llu\n", protocol.c_str(), argv[i], field.c_str(),
                  way.c_str(), value.c_str(), static_cast<unsigned long long>(messages));
    }
  }
  return 0;
}
