// Anomaly: what is odd about a stream or about fragments, as rows of the catalogue of detections.
// Constant data; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "fields/detection.h"

namespace langyan::flow {

enum class Anomaly : std::uint8_t {
  flags,  // a combination of TCP flags no stack sends
  syn_with_data,
  simultaneous_open,
  handshake_mismatch,  // SYN-ACK that answers another SYN, or two that differ
  syn_in_connection,
  connection_reused,
  rst_out_of_window,
  data_after_reset,
  fin_out_of_window,
  data_after_fin,
  out_of_window,  // data far from where the stream stands
  zero_window_ignored,
  urgent_data,
  checksum,
  gap,                       // data missing in the capture
  overlap_differs,           // against data that waits for a hole to fill
  retransmission_differs,    // against data delivered before
  retransmission_unchecked,  // could not be compared any more
  reassembly_full,
  resynchronised,  // the stream was found again elsewhere
  fragment_overlap,
  fragment_differs,
  fragment_tiny,
  fragment_too_long,
  fragment_end_differs,
  fragment_incomplete,
  fragment_refused,
  fragment_malformed,
  last
};

std::span<const Detection> anomalies();  // indexed by Anomaly
inline const Detection& detection(Anomaly kind) {
  return anomalies()[static_cast<std::size_t>(kind)];
}

}  // namespace langyan::flow
