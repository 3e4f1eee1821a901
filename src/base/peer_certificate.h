// peer_certificate: the certificate that a server shows, without believing it. Nothing is said to
// the server but the handshake and a request for its version, so that whoever compares the
// fingerprint with one that came another way (enrolment) has told nothing to a stranger.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace langyan {

// PEM of the server's own certificate. `url`: https://host:port. Any thread.
Result<std::string> peer_certificate(const std::string& url, Duration patience = 10 * second);

}  // namespace langyan
