// Authority: the center as a small certificate authority, for the sensors and lower centers that
// enroll with it (docs/design/0043-enrolment.md), and for its own certificate once it was asked for
// one (docs/design/0050-authority-change.md). ECDSA P-256.
//
//   <folder>/ca.key      the key that signs, and its certificate; mode 0600
//   <folder>/ca.crt      whom clients' certificates may be of: who signs first, then who did before
//   <folder>/center.key  the center's own, made by certify(): key and certificate
//   <folder>/center.crt  that certificate again
//
// They are made when they are first needed; a backup copies the folder. A key file is replaced as a
// whole and carries its certificate, so it decides: whatever a stop left of the file beside it, that
// is put right by what the key file says.
//
// A signing request is hostile input. Of it only the public key is taken, after its size, its curve
// and its own signature were looked at; name and extensions are the authority's. What a certificate
// says proves nothing by itself: who it is stands in state.db under the digest of its key
// (enrolments.h). Any thread.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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
  std::string signer;  // Authority::Member::id
  Time from = 0, until = 0;
};

// The key asked for, or why not: an Error of kind invalid, written for who runs the sensor.
Result<x509::SigningRequest> checked_request(std::string_view pem);

class Authority {
 public:
  Authority(Disk& disk, Clock& clock, std::string folder) : disk_(disk), clock_(clock), folder_(std::move(folder)) {}

  Result<std::string> certificate();  // PEM of who signs
  std::string certificate_path() const { return folder_ + "/ca.crt"; }
  std::string key_path() const { return folder_ + "/ca.key"; }
  std::string own_certificate_path() const { return folder_ + "/center.crt"; }
  std::string own_key_path() const { return folder_ + "/center.key"; }

  // `name` is for people who look at the certificate. Whole seconds, as certificates have them.
  Result<Issued> sign(const X509_REQ& request, const std::string& name, Duration life);

  struct Member {
    std::string pem, fingerprint;
    std::string id;  // the first digits of its key's SHA-256: short, as every enrolment keeps it
    Time from = 0, until = 0;
  };
  Result<std::vector<Member>> members();  // who signs first, then who did before
  // The id of the member that signed it; empty: none of them.
  Result<std::string> signer_of(const X509& certificate);
  // A new key, which signs from then on; what the one before signed stays good. Of kind conflict
  // while there is one before already.
  Result<Member> change();
  Result<void> forget_former();  // who only signs no more
  // Makes the center's own certificate, and its key, anew.
  Result<void> certify(const std::vector<std::string>& names);
  Result<void> settle_own();  // ends what a stop cut off; before the certificate is read

 private:
  Result<void> ready();
  Result<x509::Certificate> self_signed(EVP_PKEY* key);
  Result<void> make(x509::Key key);
  Result<void> keep(x509::Key key, std::vector<x509::Certificate> members);

  Disk& disk_;
  Clock& clock_;
  const std::string folder_;
  std::mutex mutex_;
  x509::Key key_;  // under mutex_, as all below; nothing until it is needed
  std::vector<x509::Certificate> members_;
};

}  // namespace langyan::center
