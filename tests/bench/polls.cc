#include "polls.h"

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace langyan::bench {
namespace {

constexpr std::uint8_t syn = 0x02, syn_ack = 0x12, ack = 0x10, push = 0x18;
constexpr std::uint32_t clients = 0x0a000000, servers = 0xac100000, first_port = 10'000;  // 10.0.0.0, 172.16.0.0

void put16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8), at[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* at, std::uint32_t value) {
  put16(at, value >> 16), put16(at + 2, value);
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

}  // namespace

Sensor::Sensor(std::vector<std::string> sets) {
  ConfigSource source;
  source.sets = {"rules.files=[]", "eve.file=/dev/null", "pipeline.workers=1", "capture.checksums=none"};
  source.sets.insert(source.sets.end(), sets.begin(), sets.end());
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) fail(config.error().message);
  config->apply_caps();
  pipeline::Request request;
  request.paths = {"-"};
  auto session = pipeline::Session::open(*config, request, disk_, clock_, random_);
  if (!session) fail(session.error().message);
  session_ = session.take();
}

void Sensor::stop(std::uint64_t polled) {
  pipeline().stop();
  std::uint64_t paired = 0;
  for (const auto& [row, value] : pipeline().totals())
    if (row.name == "dissect.paired") paired += value;
  if (paired != polled) fail(std::to_string(paired) + " of " + std::to_string(polled) + " polls were paired");
}

void Polls::open(std::uint32_t connection) {
  Connection& it = all_[connection];
  it = {connection * 2'654'435'761u, connection * 2'246'822'519u};
  send(connection, true, syn, {}), ++it.client_seq;
  send(connection, false, syn_ack, {}), ++it.server_seq;
  send(connection, true, ack, {});
}

void Polls::poll(std::uint32_t connection, std::uint16_t address) {
  std::array<std::uint8_t, 12> request{0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1};
  std::array<std::uint8_t, 11> answer{0, 0, 0, 0, 0, 5, 1, 3, 2, 0, 7};
  put16(request.data(), ++transaction_), put16(answer.data(), transaction_);
  put16(request.data() + 8, address);
  ++polled_;
  Connection& it = all_[connection];
  send(connection, true, push, request), it.client_seq += request.size();
  send(connection, false, push, answer), it.server_seq += answer.size();
}

void Polls::send(std::uint32_t connection, bool to_server, std::uint8_t flags, Bytes payload) {
  std::uint8_t* const frame = frame_.data();
  const std::uint32_t pair = connection % pairs_, port = first_port + connection / pairs_;
  const std::uint32_t client = clients + pair, server = servers + pair;
  const Connection& it = all_[connection];
  std::memset(frame, 0, 54);
  frame[12] = 8;
  frame[14] = 0x45, frame[22] = 64, frame[23] = 6;
  put16(frame + 16, static_cast<std::uint32_t>(40 + payload.size()));
  put32(frame + 26, to_server ? client : server), put32(frame + 30, to_server ? server : client);
  put16(frame + 34, to_server ? port : 502), put16(frame + 36, to_server ? 502 : port);
  put32(frame + 38, to_server ? it.client_seq : it.server_seq);
  put32(frame + 42, to_server ? it.server_seq : it.client_seq);
  frame[46] = 0x50, frame[47] = flags;
  put16(frame + 48, 8'192);
  if (!payload.empty()) std::memcpy(frame + 54, payload.data(), payload.size());
  capture::Packet packet;
  packet.time = now_ += step_, packet.number = ++number_;
  packet.data = Bytes(frame, 54 + payload.size());
  packet.wire_length = static_cast<std::uint32_t>(packet.data.size());
  packet.link_type = 1;
  pipeline_.packet(packet);
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace langyan::bench
