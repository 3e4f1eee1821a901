#include "store/append_queue.h"

#include <algorithm>
#include <array>

namespace langyan::store {

Result<Accepted> AppendQueue::append(const Batch& batch, std::size_t most_rows,
                                     const Write& write) {
  Request request{&batch};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&request);
  for (;;) {
    moved_.wait(lock, [&] { return request.done || !leading_; });
    if (request.done) return request.answer;
    std::size_t count = 0, rows = 0;
    while (count < std::min(waiting_.size(), most_requests) && (count == 0 || rows < most_rows))
      rows += waiting_[count++]->batch->rows.size();
    std::array<Request*, most_requests> group;
    std::copy_n(waiting_.begin(), count, group.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    leading_ = true;
    lock.unlock();
    write({group.data(), count});
    lock.lock();
    for (Request* each : Group(group.data(), count)) each->done = true;
    leading_ = false;
    moved_.notify_all();
  }
}

void AppendQueue::give_up(Group group, const Error& error) {
  for (Request* request : group) request->answer = error;
}

}  // namespace langyan::store
