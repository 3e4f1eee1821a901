#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting mqtt{"mqtt", {"mqtt"}, [](const One& one, Tally& tally) {
  tally.count("mqtt", "mqtt.msgtype", decimal(one.number("type")));
  if (one.has("qos")) tally.count_both("mqtt", "mqtt.qos", decimal(one.number("qos")));
  if (one.has("topic")) tally.count_both("mqtt", "mqtt.topic", one.text("topic"));
  for (std::size_t i = 0; i < one.items(); ++i)
    if (one.item(i).has("topic_filter")) tally.count_both("mqtt", "mqtt.topic", one.item(i).text("topic_filter"));
}};

}  // namespace
}  // namespace langyan::conformance
