// Writing event lines, against rapidjson's Writer emitting the same lines from values at hand: the
// messages of captures, each written many times while it is there.
//
//   eve_bench [CAPTURE...]      default: polls and writes of three protocols from pcaps/
#include <rapidjson/reader.h>
#include <rapidjson/writer.h>
#include <time.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "capture/source.h"
#include "decode/decode.h"
#include "dissect/dissector.h"
#include "eve/writer.h"
#include "flow/tracker.h"

namespace langyan {
namespace {

constexpr int writes = 300;  // of each message, in turns with the other
constexpr int turns = 3;

double seconds() {  // CPU time: the machine is shared
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The calls that make a line, so that emitting it again costs the Writer alone.
struct Call {
  enum class Kind : std::uint8_t {
    object,
    end_object,
    array,
    end_array,
    key,
    text,
    i64,
    u64,
    f64,
    yes,
    no,
    null
  };
  Kind kind;
  std::string text = {};
  std::int64_t i64 = 0;
  std::uint64_t u64 = 0;
  double f64 = 0;
};

struct Recorder : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Recorder> {
  std::vector<Call> calls;
  bool add(Call call) { return calls.push_back(std::move(call)), true; }
  bool Null() { return add({Call::Kind::null}); }
  bool Bool(bool is) { return add({is ? Call::Kind::yes : Call::Kind::no}); }
  bool Int(int value) { return add({Call::Kind::i64, {}, value}); }
  bool Uint(unsigned value) { return add({Call::Kind::u64, {}, 0, value}); }
  bool Int64(std::int64_t value) { return add({Call::Kind::i64, {}, value}); }
  bool Uint64(std::uint64_t value) { return add({Call::Kind::u64, {}, 0, value}); }
  bool Double(double value) { return add({Call::Kind::f64, {}, 0, 0, value}); }
  bool String(const char* at, rapidjson::SizeType size, bool) {
    return add({Call::Kind::text, std::string(at, size)});
  }
  bool Key(const char* at, rapidjson::SizeType size, bool) {
    return add({Call::Kind::key, std::string(at, size)});
  }
  bool StartObject() { return add({Call::Kind::object}); }
  bool EndObject(rapidjson::SizeType) { return add({Call::Kind::end_object}); }
  bool StartArray() { return add({Call::Kind::array}); }
  bool EndArray(rapidjson::SizeType) { return add({Call::Kind::end_array}); }
};

void emit(rapidjson::Writer<rapidjson::StringBuffer>& writer, const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    const auto size = static_cast<rapidjson::SizeType>(call.text.size());
    switch (call.kind) {
      case Call::Kind::object: writer.StartObject(); break;
      case Call::Kind::end_object: writer.EndObject(); break;
      case Call::Kind::array: writer.StartArray(); break;
      case Call::Kind::end_array: writer.EndArray(); break;
      case Call::Kind::key: writer.Key(call.text.data(), size); break;
      case Call::Kind::text: writer.String(call.text.data(), size); break;
      case Call::Kind::i64: writer.Int64(call.i64); break;
      case Call::Kind::u64: writer.Uint64(call.u64); break;
      case Call::Kind::f64: writer.Double(call.f64); break;
      case Call::Kind::yes: writer.Bool(true); break;
      case Call::Kind::no: writer.Bool(false); break;
      case Call::Kind::null: writer.Null(); break;
    }
  }
}

// The sensor's rooms up to dissect, with the two writers behind them.
class Bench final : public flow::Listener, public dissect::Listener {
 public:
  Bench() : tracker_(flow::Options{}, decoder_, *this), dissector_(tracker_.capacity(), 1, *this) {}

  bool run(const std::string& path) {
    auto source = capture::open_file(path);
    if (!source) return std::fprintf(stderr, "%s\n", source.error().message.c_str()), false;
    while (true) {
      const auto more =
          (*source)->read(256, [this](const capture::Packet& packet) { give(packet); });
      if (!more) return std::fprintf(stderr, "%s\n", more.error().message.c_str()), false;
      if (*more == capture::Progress::end) return true;
    }
  }
  void say() const {
    const double lines = static_cast<double>(messages_) * writes * turns;
    std::printf("%llu messages, %.0f octets a line; CPU ns a line\n",
                static_cast<unsigned long long>(messages_),
                static_cast<double>(octets_) / static_cast<double>(messages_));
    std::printf("%-28s %8.0f\n%-28s %8.0f\n%-28s %8.2f\n", "eve::Writer", ours_ / lines * 1e9,
                "rapidjson's Writer", theirs_ / lines * 1e9, "times its speed", theirs_ / ours_);
  }
  bool heard() const { return messages_ > 0; }

 private:
  void give(const capture::Packet& packet) {
    const auto outcome =
        decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers_);
    moment_ = {packet.time, packet.number, packet.data, packet.link_type, &headers_};
    tracker_.accept(packet, headers_, outcome);
  }
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    dissector_.stream(flow, way, chunk, moment_.time, moment_.number);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector_.datagram(flow, way, payload, Transport::udp, moment_.time, moment_.number);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override { dissector_.closed(flow, moment_.time); }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow&, const Protocol&) override {}
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}
  void message(flow::Flow& flow, const Message& message) override {
    write(flow, message);
    Recorder recorder;
    rapidjson::StringStream text(line_.c_str());
    if (!rapidjson::Reader().Parse<rapidjson::kParseFullPrecisionFlag>(text, recorder))
      std::abort();
    for (int turn = 0; turn < turns; ++turn) {
      const double start = seconds();
      for (int i = 0; i < writes; ++i) write(flow, message);
      const double middle = seconds();
      for (int i = 0; i < writes; ++i) {
        buffer_.Clear();
        json_.Reset(buffer_);
        emit(json_, recorder.calls);
      }
      ours_ += middle - start, theirs_ += seconds() - middle;
    }
    // Both must have said the same, or the comparison is none: rapidjson drops no digit of ours.
    if (buffer_.GetSize() > line_.size() + 32 || buffer_.GetSize() + 32 < line_.size())
      std::abort();
    ++messages_, octets_ += line_.size();
  }
  void write(const flow::Flow& flow, const Message& message) {
    line_.clear();
    writer_.operation(line_, flow, message, moment_);
    eve::close_line(line_, "bench", 0xabcdef0123456789, "bulk", 1'234'567);
  }

  decode::Decoder decoder_;
  decode::Headers headers_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
  eve::Writer writer_{eve::Options{}};
  eve::Moment moment_;
  std::string line_;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> json_{buffer_};
  double ours_ = 0, theirs_ = 0;
  std::uint64_t messages_ = 0, octets_ = 0;
};

}  // namespace
}  // namespace langyan

int main(int count, char** arguments) {
  std::vector<std::string> paths(arguments + 1, arguments + count);
  if (paths.empty()) {
    for (const char* name : {"modbus/poll.pcap", "modbus/write-by-master.pcap",
                             "s7comm/poll-read.pcap", "iec104/monitor-only.pcap"})
      paths.push_back(std::string(LANGYAN_SOURCE_DIR "/pcaps/") + name);
  }
  const auto bench = std::make_unique<langyan::Bench>();
  for (const std::string& path : paths)
    if (!bench->run(path)) return 1;
  if (!bench->heard()) return std::fputs("eve_bench: no message in these captures\n", stderr), 1;
  bench->say();
}
