// Connection: one TCP connection, in TLS or not, that is dialled, written and ended, and nothing is
// asked of the peer but that it ends it, too.
//
// finish() is how a protocol without answers is given one. It tells the end (TLS close_notify, FIN)
// and waits for the peer's. A receiver that has read everything up to the end closes its side: over
// TLS by close_notify, which RFC 5425 4.4 demands of it and nobody on the way can forge; over TCP by
// FIN, with all octets acknowledged and no reset after it. A receiver that died, or closed with
// octets unread, answers with a reset, or not at all: then nothing is known to be received.
//
// Sockets do not block: every call ends when nothing moved for its patience, or soon after a stop.
// TLS 1.2 at least; the peer's name is checked. One thread; SIGPIPE must be ignored.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace langyan::outputs {

struct Peer {
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
  std::string server_name;       // its certificate's; empty: the host
  std::string ca;                // PEM; empty: the system's
  std::string certificate, key;  // PEM, of this side; empty: none
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> dial(const Peer& peer, Duration patience, std::stop_token stop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> write(Bytes octets);
  // `by_peer`: wait for its end; else for the acknowledgement of its TCP only.
  Result<void> finish(bool by_peer);
  std::string description() const;  // "10.0.0.5:6514, TLSv1.3, certificate of siem.example"

 private:
  struct Inside;
  explicit Connection(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace langyan::outputs
