// WorkerPool: a few threads over one bounded queue of jobs. try_post() refuses when the queue is
// full; close() lets what is queued run and joins. Any thread may post; one thread closes.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "base/queue.h"

namespace langyan::center {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t waiting) : jobs_(waiting) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~WorkerPool() { close(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool try_post(std::function<void()> job) { return jobs_.try_push(std::move(job)); }

  void close() {
    jobs_.close();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void run() {
    while (auto job = jobs_.pop()) (*job)();
  }

  Queue<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace langyan::center
