#include "center/authority.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>

#include "center/certificate_parts.h"

namespace langyan::center {
namespace {

constexpr std::string_view authority_name = "Langyan enrolment authority";
constexpr std::size_t largest_file = 64u << 10;
constexpr std::string_view allowed_curves[] = {SN_X9_62_prime256v1, SN_secp384r1};

Error refused(std::string_view why) {
  return {ErrorKind::invalid, "The signing request " + std::string(why) + "; `langyan-sensor enroll` makes one that is taken."};
}

// Curves by name only: parameters of one's own can make any number a key (CVE-2020-0601).
bool is_allowed(EVP_PKEY* key) {
  char curve[64] = {};
  int is_explicit = 0;
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) != 1 || is_explicit) return false;
  return EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr) == 1 && std::ranges::find(allowed_curves, curve) != std::end(allowed_curves);
}

}  // namespace

Result<x509::SigningRequest> checked_request(std::string_view pem) {
  if (pem.size() > largest_signing_request) return refused("is larger than " + std::to_string(largest_signing_request) + " octets");
  x509::SigningRequest request = x509::read_request(pem);
  if (!request) return refused("is not a PEM block CERTIFICATE REQUEST (PKCS #10)");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (!is_allowed(key)) {
    ERR_clear_error();
    return refused("has a key that is not ECDSA on P-256 or P-384");
  }
  const bool signed_by_it = X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!signed_by_it) return refused("is not signed by its own key");
  return request;
}

Result<void> Authority::make(x509::Key key) {
  x509::Certificate made(X509_new());
  X509* own = made.get();
  const Time now = clock_.now();
  const bool done = own && key && X509_set_version(own, X509_VERSION_3) == 1 && set_serial(own) &&
                    set_validity(own, now - day, now + authority_lifetime) && X509_set_pubkey(own, key.get()) == 1 &&
                    set_common_name(own, authority_name) && X509_set_issuer_name(own, X509_get_subject_name(own)) == 1 &&
                    add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_extension(own, own, NID_subject_key_identifier, "hash") && X509_sign(own, key.get(), EVP_sha256()) > 0;
  if (!done) return certificate_failure("authority");
  const std::string key_pem = x509::pem_of(key.get());
  pem_ = x509::pem_of(own);
  if (key_pem.empty() || pem_.empty()) return certificate_failure("PEM");
  if (auto folder = disk_.make_folder(folder_); !folder) return folder;
  // The key first: a certificate without it is of no use to anybody, the other way it is made anew.
  auto written = replace_private_file(disk_, key_path(), bytes_of(key_pem));
  if (written) written = replace_file(disk_, certificate_path(), bytes_of(pem_));
  if (!written) return written;
  key_ = std::move(key), certificate_ = std::move(made);
  return {};
}

Result<void> Authority::ready() {
  if (key_) return {};
  const auto key = read_file(disk_, key_path(), largest_file);
  auto pem = read_file(disk_, certificate_path(), largest_file);
  const auto absent = [](const Result<std::string>& file) { return !file && file.error().kind == ErrorKind::missing; };
  if (absent(key) && absent(pem)) return make(x509::make_key());
  if (!key && absent(key))
    return Error{ErrorKind::conflict, key_path() + ": is not there, though ca.crt is; restore both from a backup, or remove ca.crt: then all sensors and lower centers enroll anew"};
  if (!key) return key.error();
  x509::Key read = x509::read_key(*key);
  if (!read) return Error{ErrorKind::invalid, key_path() + ": is no private key in PEM; restore it from a backup"};
  if (absent(pem)) return make(std::move(read));
  if (!pem) return pem.error();
  x509::Certificate certificate = x509::read_certificate(*pem);
  if (!certificate || !x509::belong_together(certificate.get(), read.get()))
    return Error{ErrorKind::invalid, certificate_path() + ": is no certificate of the key in ca.key; restore both from a backup"};
  key_ = std::move(read), certificate_ = std::move(certificate), pem_ = pem.take();
  return {};
}

Result<std::string> Authority::certificate() {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  return pem_;
}

Result<Issued> Authority::sign(const X509_REQ& request, const std::string& name, Duration life) {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  const x509::Certificate certificate(X509_new());
  X509* made = certificate.get();
  Issued issued;
  issued.from = clock_.now() / second * second;
  issued.until = issued.from + life / second * second;
  const bool done = made && X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
                    set_validity(made, issued.from, issued.until) &&
                    X509_set_pubkey(made, X509_REQ_get0_pubkey(const_cast<X509_REQ*>(&request))) == 1 && set_common_name(made, name) &&
                    X509_set_issuer_name(made, X509_get_subject_name(certificate_.get())) == 1 &&
                    add_extension(made, certificate_.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(made, certificate_.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(made, certificate_.get(), NID_ext_key_usage, "clientAuth") &&
                    add_extension(made, certificate_.get(), NID_authority_key_identifier, "keyid:always") &&
                    X509_sign(made, key_.get(), EVP_sha256()) > 0;
  if (!done) return certificate_failure("for " + name);
  issued.pem = x509::pem_of(made), issued.key = x509::key_digest(made), issued.serial = x509::serial(made);
  if (issued.pem.empty() || issued.key.empty()) return certificate_failure("PEM");
  return issued;
}

}  // namespace langyan::center
