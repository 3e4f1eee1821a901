#include "parsers/wire/ft12.h"

#include <algorithm>

namespace langyan::wire {
namespace {

constexpr std::size_t head_bytes = 4;  // 68 L L 68
constexpr Name function_names[] = {
    {0, "reset_link"}, {1, "reset_user_process"}, {2, "test_link"}, {3, "user_data"}, {4, "user_data_no_reply"},
    {7, "reset_frame_count"}, {8, "access_demand"}, {9, "request_link_status"}, {10, "request_class_1"},
    {11, "request_class_2"}, {16, "ack"}, {17, "nack"}, {24, "response_user_data"}, {25, "no_data"},
    {27, "link_status"}, {30, "link_not_functioning"}, {31, "link_not_implemented"}};

std::uint8_t sum(Bytes bytes) {
  unsigned total = 0;
  for (std::uint8_t octet : bytes) total += octet;
  return static_cast<std::uint8_t>(total);
}

// 10 C [A [A]] CS 16
bool is_fixed(Bytes bytes, std::size_t address) {
  const std::size_t size = address + head_bytes;
  return bytes.size() >= size && bytes[0] == ft12_fixed && bytes[size - 1] == ft12_end &&
         sum(bytes.subspan(1, 1 + address)) == bytes[size - 2];
}

// An address of one octet is the usual one and tried first; none is tried last, since a frame with
// one that is not wholly there may look like it.
constexpr std::size_t address_order[] = {1, 2, 0};

}  // namespace

std::span<const Name> ft12_function_names() { return function_names; }

Frame ft12_frame(Bytes bytes) {
  if (bytes[0] == ft12_single) return Frame::message(1);
  if (bytes[0] == ft12_fixed) {
    for (std::size_t address : address_order)
      if (is_fixed(bytes, address)) return Frame::message(address + head_bytes);
    return bytes.size() < head_bytes + ft12_most_address ? Frame::need() : Frame::lost();
  }
  if (bytes[0] != ft12_variable) return Frame::lost();
  if (bytes.size() < head_bytes) return Frame::need(head_bytes);
  if (bytes[1] != bytes[2] || bytes[3] != ft12_variable || bytes[1] < 2) return Frame::lost();
  const std::size_t size = bytes[1] + ft12_variable_bytes;
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

Ft12 read_ft12(Bytes message) {
  Ft12 result;
  if (message.empty()) return result;
  if (message[0] == ft12_single) {
    result.sound = message.size() == 1;
    return result;
  }
  if (message[0] == ft12_fixed) {
    result.kind = Ft12::Kind::fixed;
    if (message.size() < head_bytes || message.size() > head_bytes + ft12_most_address) return result;
    const std::size_t address = message.size() - head_bytes;
    result.control = message[1];
    result.address = message.subspan(2, address);
    result.sound = is_fixed(message, address);
    return result;
  }
  result.kind = Ft12::Kind::variable;
  if (message.size() < ft12_variable_bytes + 1) return result;
  result.control = message[head_bytes];
  const std::size_t size = message[1] + ft12_variable_bytes;
  if (message[0] != ft12_variable || message[1] != message[2] || message[3] != ft12_variable ||
      message.size() != size) {
    return result;
  }
  const Bytes inner = message.subspan(head_bytes, message[1]);
  if (inner.empty()) return result;
  result.user = inner.subspan(1);
  result.sound = sum(inner) == message[size - 2] && message[size - 1] == ft12_end;
  return result;
}

bool ft12_function_known(const Ft12& frame) {
  if (frame.kind == Ft12::Kind::single) return true;
  const std::uint8_t function = frame.function();
  if (frame.kind == Ft12::Kind::variable) {
    return frame.primary() ? function == user_data || function == user_data_no_reply : function == link_user_data;
  }
  if (frame.primary())
    return function != user_data && function != user_data_no_reply && function <= class_2_request && function != 5 &&
           function != 6;
  return function == link_ack || function == link_nack || function == link_no_data || function == link_status ||
         function == link_not_functioning || function == link_not_implemented;
}

std::size_t ft12_resync(Bytes bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == ft12_single) continue;  // too little to tell
    const Bytes here = bytes.subspan(at);
    const Frame next = ft12_frame(here);
    if (next.kind != Frame::Kind::message) continue;
    const Ft12 frame = read_ft12(here.first(next.size));
    if (frame.sound && ft12_function_known(frame)) return at;
  }
  return bytes.size();
}

End ft12_sender(const Ft12& frame) {
  if (frame.kind == Ft12::Kind::single || !frame.sound) return End::unknown;
  if (frame.direction()) return End::client;  // DIR 1: from the controlling station
  if (!frame.primary()) return End::server;
  const std::uint8_t function = frame.function();
  const bool polls = function >= access_demand && function != link_status_request;
  return polls && function <= class_2_request ? End::client : End::unknown;
}

}  // namespace langyan::wire
