#include "sensor/verdict.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "base/log.h"

namespace langyan::sensor {
namespace {

template <std::size_t size>
void copy(const std::string& from, char (&to)[size]) {
  const std::size_t length = std::min(from.size(), size - 1);
  std::copy_n(from.data(), length, to);
  to[length] = 0;
}

}  // namespace

Verdict* Verdict::make() {
  void* memory = ::mmap(nullptr, sizeof(Verdict), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : ::new (memory) Verdict;
}

void Verdict::put(const pipeline::Trial& trial) {
  usable_ = trial.usable;
  copy(trial.reason, reason_);
  count_ = static_cast<std::uint32_t>(std::min(trial.costly.size(), most));
  for (std::size_t i = 0; i < count_; ++i) {
    costly_[i].text = trial.costly[i].text;
    copy(trial.costly[i].reason, costly_[i].reason);
  }
}

pipeline::Trial Verdict::get() const {
  pipeline::Trial trial;
  trial.usable = usable_, trial.reason = reason_;
  for (std::size_t i = 0; i < count_; ++i)
    trial.costly.push_back({costly_[i].text, costly_[i].reason});
  return trial;
}

pipeline::Trial tried(const pipeline::SensorConfig& config) {
  pipeline::Trial trial = pipeline::try_rules(config);
  if (!trial.usable) logging::error("the rules cannot be used: " + trial.reason);
  return trial;
}

}  // namespace langyan::sensor
