// Authority: the center as a small certificate authority, for the sensors and lower centers that
// enroll with it (docs/design/0043-enrolment.md). <folder>/ca.crt and ca.key (ECDSA P-256, mode
// 0600) are made when they are first needed; a backup copies them with the rest of the folder.
//
// A signing request is hostile input. Of it only the public key is taken, after its size, its curve
// and its own signature were looked at; name and extensions are the authority's. What a certificate
// says proves nothing by itself: who it is stands in state.db under the digest of its key
// (enrolments.h). Any thread.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/disk.h"
#include "base/result.h"
#include "base/x509.h"

namespace langyan::center {

constexpr std::size_t largest_signing_request = 4096;  // octets of PEM; one with a P-384 key has 600
constexpr Duration authority_lifetime = 20 * 365 * day;

// What the table of enrolments keeps of a certificate.
struct Issued {
  std::string pem;
  std::string key;     // SHA-256 of the public key, hexadecimal
  std::string serial;  // hexadecimal
  Time from = 0, until = 0;
};

// The key asked for, or why not: an Error of kind invalid, written for who runs the sensor.
Result<x509::SigningRequest> checked_request(std::string_view pem);

class Authority {
 public:
  Authority(Disk& disk, Clock& clock, std::string folder) : disk_(disk), clock_(clock), folder_(std::move(folder)) {}

  Result<std::string> certificate();  // PEM of ca.crt
  std::string certificate_path() const { return folder_ + "/ca.crt"; }
  std::string key_path() const { return folder_ + "/ca.key"; }

  // `name` is for people who look at the certificate. Whole seconds, as certificates have them.
  Result<Issued> sign(const X509_REQ& request, const std::string& name, Duration life);

 private:
  Result<void> ready();
  Result<void> make(x509::Key key);

  Disk& disk_;
  Clock& clock_;
  const std::string folder_;
  std::mutex mutex_;
  x509::Key key_;  // under mutex_, as all below; nothing until it is needed
  x509::Certificate certificate_;
  std::string pem_;
};

}  // namespace langyan::center
