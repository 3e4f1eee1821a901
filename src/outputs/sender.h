// Sender: the way of one kind of output to its receiver.
//
//   const Sent sent = sender.send(messages, stop);   // in order; says how many it is done with
//
// A message counts as taken only when the receiver has it, each kind by the strongest word its
// receiver gives (the classes' own headers say which). send() keeps no message between calls, ends
// within send_time or, once `stop` is asked for, within a second or two, and never throws. One thread.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "outputs/item.h"
#include "outputs/settings.h"

namespace langyan::outputs {

constexpr Duration send_time = 30 * second;  // without progress

struct Message {
  std::string id;    // identity_of
  std::string text;  // as render() made it
};

struct Sent {
  std::size_t done = 0;           // so many from the front need not be sent again
  std::size_t refused = 0;        // of them: the receiver will not have them, however often it is asked
  std::optional<Error> error;     // why it went no further
  Duration wait = 0;              // asked for by the receiver before the next try
  std::string answer;             // what the receiver said, for people
};

class Sender {
 public:
  virtual ~Sender() = default;
  virtual std::string render(const Item& item) const = 0;
  virtual Sent send(std::span<const Message> messages, std::stop_token stop) = 0;
};

struct SenderDoors {  // outlive the sender
  Disk& disk;
  Clock& clock;
  std::string folder;  // of outputs that are files
  std::string center;  // its name
};
// For settings that check() found right.
std::unique_ptr<Sender> make_sender(const Settings& settings, const SenderDoors& doors);

}  // namespace langyan::outputs
