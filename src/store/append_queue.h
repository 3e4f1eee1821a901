// AppendQueue: gathers batches into groups. Who comes while a group is being written waits and is
// written with the next one, so a hundred senders pay for one commit together, and each gets its
// own answer. Any thread may append; one of them writes at a time.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "store/event_store.h"

namespace langyan::store {

class AppendQueue {
 public:
  struct Request {
    const Batch* batch;
    Result<Accepted> answer = Accepted{};
    bool done = false;
  };
  using Group = std::span<Request* const>;
  // Answers every request of the group, whatever happens, and throws nothing: others wait for it.
  using Write = std::function<void(Group)>;

  // A group ends when it has `most_rows`.
  Result<Accepted> append(const Batch& batch, std::size_t most_rows, const Write& write);

  static void give_up(Group group, const Error& error);

 private:
  static constexpr std::size_t most_requests = 256;

  std::mutex mutex_;
  std::condition_variable moved_;
  std::vector<Request*> waiting_;  // each lives in its append() until done
  bool leading_ = false;           // some append() is writing a group
};

}  // namespace langyan::store
