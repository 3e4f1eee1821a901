// Message and Request: a decoded message as the rooms above dissect see it.
//
// Both are views: they and what they point to live until the call that handed them out returns.
#pragma once

#include "base/time.h"
#include "fields/protocol.h"

namespace langyan {

struct Request {  // what an answer answers, kept until it comes
  View record;
  std::span<const View> items;  // as many as fitted, at most 32
  std::uint32_t items_total = 0;
  std::span<const Operation> operations;
  std::uint32_t operations_total = 0;
  Time time = 0;
  std::uint64_t packet_number = 0;
};

struct Message {
  const Protocol* protocol = nullptr;
  Context context;
  Role role = Role::event;
  Fault fault = Fault::none;
  View record;
  const Items* items = nullptr;
  // Of a request or event its own; of an answer those of the request, completed with the values and
  // outcomes that came back. An answer whose request was not seen has its own.
  std::span<const Operation> operations;
  std::uint32_t operations_total = 0;
  std::span<const Fact> facts;       // what it says of devices
  // Of an answer whose request was seen; and of a request that is handed out again because no answer
  // came, itself: its operations then say so.
  const Request* request = nullptr;
  Bytes bytes;                       // the whole message
};

}  // namespace langyan
