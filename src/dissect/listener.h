// Listener: who hears what dissect found; the room's door upward. Called by the worker that feeds
// the Dissector; what it is handed lives until it returns.
#pragma once

#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::dissect {

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void identified(flow::Flow& flow, const Protocol& protocol) = 0;
  virtual void unidentified(flow::Flow&) {}  // no decoder claimed the flow
  // A request and its answer each, in the order they came.
  virtual void message(flow::Flow& flow, const Message& message) = 0;
  // A request for which no answer came: its operations say no_answer or one_way. `request` was
  // handed to message() before.
  virtual void unanswered(flow::Flow& flow, const Message& request) = 0;
  // Each time something is found wrong, also what anomaly() then says once.
  virtual void fault(flow::Flow&, const Detection&, Direction) {}
  // At most once for each detection and flow. `protocol` is null where none was identified.
  virtual void anomaly(flow::Flow& flow, const Protocol* protocol, const Detection& what,
                       Direction direction, Bytes evidence) = 0;
};

}  // namespace langyan::dissect
