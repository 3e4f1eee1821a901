// What the makers of certificates share (certificate.cc, authority.cc). Inside those only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/x509.h"

namespace langyan::center {

Error certificate_failure(std::string_view what);  // with OpenSSL's reason
bool set_serial(X509* certificate);                // 127 random bits (RFC 5280 4.1.2.2)
bool set_validity(X509* certificate, Time from, Time until);
// `value` as openssl.cnf writes it. `issuer`: the certificate itself where it signs itself.
bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value);
bool set_common_name(X509* certificate, std::string_view name);  // as far as it fits

}  // namespace langyan::center
