// Call: one AMQP frame being decoded, for the files that share the work.
#pragma once

#include "parsers/amqp/table.h"

namespace langyan::amqp {

using Pen = Fill<fields>;

struct Memory {       // of a flow
  bool awaits_entry;  // the client gave its credentials, the broker has not answered
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Memory& memory;
  bool from_client;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb, std::uint32_t function) {
    Operation& operation = output.operate(verb);
    operation.function = function;
    return operation;
  }
};

void put_payload(Call& call, Bytes payload);
// What the response of a sign-in tells: the user, and that a password was there.
void put_credentials(Call& call, Bytes mechanism, Bytes response);
// product, version and platform of a peer.
void put_identity(Call& call, std::string_view name, Bytes value);

void transport_frame(Call& call);  // a frame of 1.0, whole

}  // namespace langyan::amqp
