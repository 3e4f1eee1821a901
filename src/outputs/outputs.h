// Outputs: the outputs of a center: their settings as documents in state.db, and for each that is
// enabled a Runner with a thread of its own, so that none waits for another, nor ingest for any.
//
// A change is checked as a whole before anything is touched: one that is wrong changes nothing.
// Secrets lie in documents of their own, without history, and are never given back. An output
// belongs to a path of organisations and carries nothing from outside it; who sees less than that
// path does not see the output. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "outputs/runner.h"

namespace langyan::outputs {

constexpr std::size_t most_outputs = 32;

// The filter a query stands for, or what is wrong with it.
using MakeFilter = std::function<Result<store::Filter>(std::string_view query)>;

struct OutputDoors {  // all but the function outlive the outputs
  store::EventStore& events;
  store::DocumentStore& documents;
  Disk& disk;
  Clock& clock;
  Random& random;
  MakeFilter filter;
};

struct Output {
  Settings settings;
  std::uint64_t version = 0;
  Time created = 0, changed = 0;
  std::string by;
  Status status;
};

// Where a new output, or one that is put there anew, begins.
enum class Start : std::uint8_t { now, oldest };
std::optional<Start> start_of(std::string_view word);

// What is not given stays.
struct Change {
  std::optional<bool> enabled;
  std::optional<std::string> query;
  Values values, secrets;        // one by one; an empty text takes one away
  std::optional<Start> start;    // what waits is skipped (now), or all is delivered once more
  std::optional<std::uint64_t> expected;
};

struct Tried {
  bool taken = false;
  std::string answer;  // the receiver's, or why there is none
  std::string sent;    // as it went out
  Duration took = 0;
};

class Outputs {
 public:
  Outputs(OutputDoors doors, std::string folder, std::string center);
  ~Outputs();

  Result<void> start();  // those that are enabled
  void stop();

  Result<std::vector<Output>> list(const store::Scope& scope);  // by name
  Result<Output> get(const store::Scope& scope, std::string_view name);
  // Errors: invalid (what is wrong with it), conflict (the name is taken), full, permission.
  Result<Output> create(const store::Scope& scope, Settings settings, Start start, std::string_view by);
  Result<Output> change(const store::Scope& scope, std::string_view name, const Change& change, std::string_view by);
  Result<void> remove(const store::Scope& scope, std::string_view name, std::string_view by);
  // Sends one marked sample past the queue, whether it is enabled or not.
  Result<Tried> test(const store::Scope& scope, std::string_view name);

 private:
  Result<Output> found(const store::Scope& scope, std::string_view name);
  Result<Position> position_of(std::string_view name);
  Result<Position> position_at(Start start);
  Result<void> check_all(const Settings& settings);
  Result<Output> write(const Settings& settings, std::uint64_t expected, std::optional<Position> position,
                       std::string_view by);
  Result<void> run(const Settings& settings);
  void halt(std::string_view name);
  void add_status(Output& output);
  SenderDoors sender_doors(std::string_view name);

  OutputDoors doors_;
  const std::string folder_, center_;
  std::mutex changing_;  // one change at a time
  std::mutex mutex_;     // of runners_ and faults_
  std::map<std::string, std::shared_ptr<Runner>, std::less<>> runners_;
  std::map<std::string, std::string, std::less<>> faults_;  // of outputs that could not be started
};

}  // namespace langyan::outputs
