// A certificate and its key for a center that has none from elsewhere: signed by itself, or by the
// center's own authority (authority.h); ECDSA P-256, valid for the names and addresses given
// (RFC 5280 4.2.1.6), 825 days.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "base/result.h"
#include "base/x509.h"

namespace langyan::center {

constexpr Duration certificate_lifetime = 825 * day;  // what clients accept at most

struct Certificate {
  std::string certificate, key;  // PEM
  std::string sha256;            // of the certificate, "AB:CD:…": what an operator compares
};

// Who signs a certificate in place of its own key.
struct Signer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

// Names are host names or IP addresses; the first is the subject's.
Result<Certificate> make_certificate(const std::vector<std::string>& names, Clock& clock, Signer signer = {});

// Writes <folder>/center.crt and center.key (mode 0600); refuses when either is there.
Result<Certificate> init_certificate(Disk& disk, Clock& clock, const std::string& folder,
                                     const std::vector<std::string>& names);

// This host's name and the addresses of its interfaces, loopback included.
std::vector<std::string> own_names();

}  // namespace langyan::center
