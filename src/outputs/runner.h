// Runner: one output at work: reads the store in order of receipt from its own position, hands what
// its filter wants to its sender, and moves the position when the receiver has it.
//
// The store is the buffer: a runner holds one chunk (some megabytes), and while its receiver is away
// it reads nothing. So at least once is kept by two things: the sender's word for "the receiver has
// it", and a position in state.db that is written after that word and before the next chunk. What
// was delivered after the last written position is delivered again after a crash, under the same
// identity. What retention removes before it was read is counted and said. A failed try is repeated
// after 1 s, 2 s, … a minute, or when the receiver asks for it.
//
// step() is one thread's; start() gives it one of its own. status() is anybody's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/random.h"
#include "outputs/sender.h"
#include "store/document_store.h"

namespace langyan::outputs {

constexpr std::string_view position_kind = "output_position";
constexpr Duration longest_back_off = minute;

struct Position {
  std::string cursor;        // all before it is done with
  Time received = 0;         // of the last event looked at
  std::uint64_t delivered = 0, refused = 0, overtaken = 0, unreadable = 0;
};
std::string stored(const Position& position);
Position read_position(std::string_view json);

enum class Activity : std::uint8_t { disabled, caught_up, delivering, failing };
std::string_view name_of(Activity activity);

struct Status {
  Activity activity = Activity::disabled;
  Position position;           // overtaken includes what is not noted yet
  std::uint64_t failures = 0;  // tries that failed, since it was started
  std::string error;           // of the last try; empty: it went well
  Time last_delivery = 0, next_try = 0;  // wall time; 0: none
  Duration behind = 0;         // how old the oldest event is that is not delivered, by its receipt
};

struct RunnerDoors {  // outlive the runner
  store::EventStore& events;
  store::DocumentStore& documents;
  Clock& clock;
  Random& random;
};

class Runner {
 public:
  Runner(RunnerDoors doors, std::string name, store::Scope scope, store::Filter filter,
         std::unique_ptr<Sender> sender, Position position);
  ~Runner();

  void start();
  void stop();  // within a second or two

  enum class Step : std::uint8_t { idle, busy, failing };
  Step step(std::stop_token stop);
  Status status();

 private:
  struct Held {  // an event that is on its way
    Message message;
    std::string cursor;
    Time received = 0;
  };

  void run(std::stop_token stop);
  Result<bool> read();  // whether anything is held now
  Result<Held> held(const store::Event& event);
  Step send(std::stop_token stop);
  Result<void> note();
  Step fail(const Error& error, Duration wait);
  void went_well();

  RunnerDoors doors_;
  const std::string name_;
  const store::Scope scope_;
  const store::Filter filter_;
  const std::unique_ptr<Sender> sender_;
  ItemReader reader_;
  std::size_t limit_;           // events read at once
  bool noted_ = true;           // position_ stands in the document store
  Time note_at_ = 0;            // monotonic: of a position that moved over what nobody wanted
  std::uint64_t seen_commits_ = ~std::uint64_t{0};
  std::uint64_t known_gone_ = 0;  // removed before this output was made
  unsigned tries_ = 0;
  Time next_try_ = 0;           // monotonic

  // Written by the runner's thread alone, under the lock; read by it without.
  std::mutex mutex_;
  std::vector<Held> held_;
  std::string behind_held_;     // cursor behind the last of the chunk, and when that was received
  Time behind_received_ = 0;
  bool more_ = true;            // the store may have more than was read
  Position position_;
  Status status_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace langyan::outputs
