// Transport: one byte stream to a peer, plain or TLS, over TCP or a Unix socket. Inside the HTTP
// layer only (it names Asio). Network thread only; one read and one write under way at most.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "center/http.h"

namespace boost::asio::ssl {
class context;
}

namespace langyan::center {

using StreamSocket = boost::asio::generic::stream_protocol::socket;

class Transport {
 public:
  using Done = std::function<void(boost::system::error_code, std::size_t)>;
  virtual ~Transport() = default;
  virtual void handshake(Done done) = 0;  // a plain one is done at once
  virtual PeerCertificate certificate() const { return {}; }  // after the handshake
  virtual void read_some(std::span<char> into, Done done) = 0;
  virtual void write_some(std::string_view data, Done done) = 0;
  virtual bool peer_left() = 0;   // it has ended its output, read or not; asks the kernel
  virtual void cancel() = 0;      // what is under way ends with operation_aborted; the stream stays
  virtual void end_output() = 0;  // says that nothing more will be sent, as far as that is quick
  virtual void close() = 0;
};

std::unique_ptr<Transport> plain_transport(StreamSocket socket);
std::unique_ptr<Transport> tls_transport(StreamSocket socket,
                                         std::shared_ptr<boost::asio::ssl::context> context);

}  // namespace langyan::center
