// Upload: the sensor's side of the center: what the spool holds is shipped by a thread of its own.
// Without uplink.url it does nothing.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "pipeline/sensor_keys.h"

namespace langyan::sensor {

class Upload {
 public:
  Upload(const pipeline::SensorConfig& config, Clock& clock, Random& random);
  ~Upload();
  Result<void> start();
  // After a capture: waits until the center has everything, or `give_up` says so; what is left
  // stays in the spool for the next run.
  void finish(const std::function<bool()>& give_up, bool quiet);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace langyan::sensor
