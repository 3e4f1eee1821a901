#include "center/http_transport.h"

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "base/x509.h"

namespace langyan::center {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// By the socket and not by reading: what a peer sent before it left, and what TLS says at the end, may wait there unread.
bool has_left(StreamSocket& socket) {
  pollfd one{socket.native_handle(), POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0;  // POLLHUP and POLLERR, of a reset, come unasked
}

class Plain final : public Transport {
 public:
  explicit Plain(StreamSocket socket) : socket_(std::move(socket)) {}

  void handshake(Done done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}, 0); });
  }
  void read_some(std::span<char> into, Done done) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
  }
  void write_some(std::string_view data, Done done) override {
    socket_.async_write_some(asio::buffer(data.data(), data.size()), std::move(done));
  }
  bool peer_left() override { return has_left(socket_); }
  void cancel() override {
    error_code ignored;
    socket_.cancel(ignored);
  }
  void end_output() override {
    error_code ignored;
    socket_.shutdown(StreamSocket::shutdown_send, ignored);
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  StreamSocket socket_;
};

class Tls final : public Transport {
 public:
  Tls(StreamSocket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  void handshake(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](error_code error) { done(error, 0); });
  }
  PeerCertificate certificate() const override {
    SSL* ssl = const_cast<asio::ssl::stream<StreamSocket>&>(stream_).native_handle();  // asio's is not const
    const X509* shown = SSL_get0_peer_certificate(ssl);
    if (!shown) return {};
    const bool own = SSL_get_verify_result(ssl) == X509_V_OK;
    return {own ? PeerCertificate::Kind::own : PeerCertificate::Kind::foreign, x509::key_digest(shown)};
  }
  void read_some(std::span<char> into, Done done) override {
    stream_.async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
  }
  void write_some(std::string_view data, Done done) override {
    stream_.async_write_some(asio::buffer(data.data(), data.size()), std::move(done));
  }
  bool peer_left() override { return has_left(stream_.next_layer()); }
  void cancel() override {
    error_code ignored;
    stream_.lowest_layer().cancel(ignored);
  }
  // The close_notify is not waited for: every message here ends by its length, so a cut is seen.
  void end_output() override {
    error_code ignored;
    stream_.lowest_layer().shutdown(StreamSocket::shutdown_send, ignored);
  }
  void close() override {
    error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

 private:
  std::shared_ptr<asio::ssl::context> context_;  // shared: a reload replaces it for later ones
  asio::ssl::stream<StreamSocket> stream_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(StreamSocket socket) {
  return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Transport> tls_transport(StreamSocket socket,
                                         std::shared_ptr<asio::ssl::context> context) {
  return std::make_unique<Tls>(std::move(socket), std::move(context));
}

}  // namespace langyan::center
