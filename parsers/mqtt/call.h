// Call: one MQTT packet being decoded, for the files that share the work.
#pragma once

#include "parsers/mqtt/table.h"

namespace langyan::mqtt {

using Pen = Fill<fields>;

struct Memory {  // of a flow
  std::uint8_t version;   // 0: the opening was not seen
  bool without_user;      // the client named none
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Memory& memory;
  Type type;
  bool from_client;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool is_v5() const { return memory.version == level_5; }
  Bytes text() { return in.take(in.be16()); }  // a string or binary data ([5] 1.5.4, 1.5.6)
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.function = static_cast<std::uint8_t>(type);
    return operation;
  }
  Operation& touch(Verb verb, Place place, Bytes name) {
    Operation& operation = operate(verb);
    operation.object = {.space = static_cast<std::uint8_t>(place), .count = 1, .text = name};
    return operation;
  }
};

// A payload that people can read: UTF-8 without control characters but white space.
bool is_readable(Bytes payload);

struct SparkplugTopic {
  Sparkplug type = Sparkplug::none;
  Verb verb = Verb::report;
  Bytes group, node, device;
};
// What a topic of the spBv1.0 namespace says; type none where it is no such topic.
SparkplugTopic sparkplug_topic(Bytes topic);
// The payload of such a topic: fields, metrics as items, an operation for each.
void sparkplug_payload(Call& call, const SparkplugTopic& topic, Bytes payload, Outcome outcome);

}  // namespace langyan::mqtt
