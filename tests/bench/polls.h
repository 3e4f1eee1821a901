// Modbus polls over many TCP connections through a whole sensor, packet by packet as a capture gives them.
//
//   Sensor sensor({"baseline.mode=off"});        // one worker, no rules, events to /dev/null; ends the program with the reason
//   Polls polls(sensor.pipeline(), 100'000, 50); // connections, between so many pairs of hosts
//   for (...) polls.open(connection);            // handshake
//   polls.poll(connection);                      // function 3, one register, with its answer
//   sensor.stop(polls.polled());                 // all were decoded and paired, or the program ends
//
// A packet each `step` of packet time. One thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "pipeline/session.h"

namespace langyan::bench {

class Sensor {
 public:
  explicit Sensor(std::vector<std::string> sets);

  pipeline::Pipeline& pipeline() { return session_->pipeline(); }
  void stop(std::uint64_t polled);

 private:
  SystemDisk disk_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<pipeline::Session> session_;
};

class Polls {
 public:
  Polls(pipeline::Pipeline& pipeline, std::size_t connections, std::uint32_t pairs, Duration step = microsecond)
      : pipeline_(pipeline), all_(connections), pairs_(pairs), step_(step) {}

  void open(std::uint32_t connection);
  void poll(std::uint32_t connection, std::uint16_t address = 0);  // MODBUS Application Protocol 1.1b3, 6.3
  // What is kept here of a connection is asked for ahead: its misses are not the sensor's.
  void prefetch(std::uint32_t connection) const { __builtin_prefetch(&all_[connection], 1); }
  std::uint64_t packets() const { return number_; }
  std::uint64_t polled() const { return polled_; }

 private:
  struct Connection {
    std::uint32_t client_seq = 1, server_seq = 1;
  };

  void send(std::uint32_t connection, bool to_server, std::uint8_t flags, Bytes payload);

  pipeline::Pipeline& pipeline_;
  std::vector<Connection> all_;
  std::uint32_t pairs_;
  Duration step_;
  std::array<std::uint8_t, 128> frame_{};
  Time now_ = 1'772'452'800 * second;
  std::uint64_t number_ = 0, polled_ = 0;
  std::uint16_t transaction_ = 0;
};

double cpu_seconds();  // of all threads, user and system

}  // namespace langyan::bench
