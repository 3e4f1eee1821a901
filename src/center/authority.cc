#include "center/authority.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>

#include "center/certificate.h"
#include "center/certificate_parts.h"

namespace langyan::center {
namespace {

constexpr std::string_view authority_name = "Langyan enrolment authority";
constexpr std::size_t largest_file = 64u << 10;
constexpr std::string_view allowed_curves[] = {SN_X9_62_prime256v1, SN_secp384r1};

Error refused(std::string_view why) {
  return {ErrorKind::invalid,
          "The signing request " + std::string(why) + "; `langyan-sensor enroll` makes one that is taken."};
}

// Curves by name only: parameters of one's own can make any number a key (CVE-2020-0601).
bool is_allowed(EVP_PKEY* key) {
  char curve[64] = {};
  int is_explicit = 0;
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) != 1 || is_explicit)
    return false;
  return EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr) == 1 &&
         std::ranges::find(allowed_curves, curve) != std::end(allowed_curves);
}

// As enrolments name it.
std::string id_of(const X509* certificate) {
  constexpr std::size_t digits = 12;
  return x509::key_digest(certificate).substr(0, digits);
}

Authority::Member member_of(const X509* certificate) {
  return {x509::pem_of(certificate), x509::fingerprint(certificate), id_of(certificate), x509::valid_from(certificate),
          x509::valid_until(certificate)};
}

}  // namespace

Result<x509::SigningRequest> checked_request(std::string_view pem) {
  if (pem.size() > largest_signing_request)
    return refused("is larger than " + std::to_string(largest_signing_request) + " octets");
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

// The key file first: it decides. Members as they are to be, who signs first.
Result<void> Authority::keep(x509::Key key, std::vector<x509::Certificate> members) {
  std::string all;
  for (const auto& each : members) all += x509::pem_of(each.get());
  const std::string key_pem = x509::pem_of(key.get());
  if (key_pem.empty() || all.empty()) return certificate_failure("PEM");
  if (auto folder = disk_.make_folder(folder_); !folder) return folder;
  auto written = replace_private_file(disk_, key_path(), bytes_of(key_pem + x509::pem_of(members.front().get())));
  if (written) written = replace_file(disk_, certificate_path(), bytes_of(all));
  if (!written) return written;
  key_ = std::move(key), members_ = std::move(members);
  return {};
}

Result<x509::Certificate> Authority::self_signed(EVP_PKEY* key) {
  x509::Certificate made(X509_new());
  X509* own = made.get();
  const Time now = clock_.now();
  const bool done =
      own && key && X509_set_version(own, X509_VERSION_3) == 1 && set_serial(own) &&
      set_validity(own, now - day, now + authority_lifetime) && X509_set_pubkey(own, key) == 1 &&
      set_common_name(own, authority_name) && X509_set_issuer_name(own, X509_get_subject_name(own)) == 1 &&
      add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(own, own, NID_subject_key_identifier, "hash") && X509_sign(own, key, EVP_sha256()) > 0;
  if (!done) return certificate_failure("authority");
  return made;
}

// Puts a new one in front of those there are.
Result<void> Authority::make(x509::Key key) {
  auto made = self_signed(key.get());
  if (!made) return made.error();
  std::vector<x509::Certificate> all;
  all.push_back(made.take());
  for (const auto& each : members_) {
    X509_up_ref(each.get());
    all.emplace_back(each.get());
  }
  return keep(std::move(key), std::move(all));
}

Result<void> Authority::ready() {
  if (key_) return {};
  const auto key_file = read_file(disk_, key_path(), largest_file);
  const auto listed = read_file(disk_, certificate_path(), largest_file);
  const auto absent = [](const Result<std::string>& file) { return !file && file.error().kind == ErrorKind::missing; };
  if (absent(key_file) && absent(listed)) return make(x509::make_key());
  if (!key_file && absent(key_file))
    return Error{ErrorKind::conflict, key_path() +
                                          ": is not there, though ca.crt is; restore both from a backup, or remove "
                                          "ca.crt: then all sensors and lower centers enroll anew"};
  if (!key_file) return key_file.error();
  if (!listed && !absent(listed)) return listed.error();
  x509::Key key = x509::read_key(*key_file);
  if (!key) return Error{ErrorKind::invalid, key_path() + ": is no private key in PEM; restore it from a backup"};
  std::vector<x509::Certificate> all = listed ? x509::read_certificates(*listed) : std::vector<x509::Certificate>();
  if (!all.empty() && x509::belong_together(all.front().get(), key.get())) {
    key_ = std::move(key), members_ = std::move(all);
    return {};
  }
  // A stop fell between the two files, or a backup read one before a change and one after it.
  x509::Certificate own = x509::read_certificate(*key_file);
  if (own && x509::belong_together(own.get(), key.get())) {
    std::erase_if(all, [&](const auto& each) { return x509::belong_together(each.get(), key.get()); });
    all.insert(all.begin(), std::move(own));
    return keep(std::move(key), std::move(all));
  }
  if (absent(listed)) return make(std::move(key));
  return Error{ErrorKind::invalid,
               certificate_path() + ": is no certificate of the key in ca.key; restore both from a backup"};
}

Result<std::string> Authority::certificate() {
  const auto all = members();
  if (!all) return all.error();
  return all->front().pem;
}

Result<std::vector<Authority::Member>> Authority::members() {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  std::vector<Member> all;
  for (const auto& each : members_) all.push_back(member_of(each.get()));
  return all;
}

Result<std::string> Authority::signer_of(const X509& certificate) {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  const auto found =
      std::ranges::find_if(members_, [&](const auto& each) { return x509::signed_by(&certificate, each.get()); });
  return found == members_.end() ? std::string() : id_of(found->get());
}

Result<Authority::Member> Authority::change() {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  if (members_.size() > 1)
    return Error{ErrorKind::conflict,
                 "The authority was changed already and the one before is still needed; `langyan enrolment authority` "
                 "says by whom."};
  if (auto done = make(x509::make_key()); !done) return done.error();
  return member_of(members_.front().get());
}

Result<void> Authority::forget_former() {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done;
  if (members_.size() == 1) return {};
  if (auto done = replace_file(disk_, certificate_path(), bytes_of(x509::pem_of(members_.front().get()))); !done)
    return done;
  members_.resize(1);
  return {};
}

Result<void> Authority::certify(const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done;
  const auto made = make_certificate(names, clock_, {members_.front().get(), key_.get()});
  if (!made) return made.error();
  if (auto done = replace_private_file(disk_, own_key_path(), bytes_of(made->key + made->certificate)); !done)
    return done;
  return replace_file(disk_, own_certificate_path(), bytes_of(made->certificate));
}

// Only where the key says of which certificate it is: what somebody put here is theirs.
Result<void> Authority::settle_own() {
  const std::lock_guard lock(mutex_);
  const auto key_file = read_file(disk_, own_key_path(), largest_file),
             shown = read_file(disk_, own_certificate_path(), largest_file);
  const x509::Key key = key_file ? x509::read_key(*key_file) : nullptr;
  const x509::Certificate own = key ? x509::read_certificate(*key_file) : nullptr,
                          there = shown ? x509::read_certificate(*shown) : nullptr;
  if (!own || !x509::belong_together(own.get(), key.get()) || (there && x509::belong_together(there.get(), key.get())))
    return {};
  return replace_file(disk_, own_certificate_path(), bytes_of(x509::pem_of(own.get())));
}

Result<Issued> Authority::sign(const X509_REQ& request, const std::string& name, Duration life) {
  const std::lock_guard lock(mutex_);
  if (auto done = ready(); !done) return done.error();
  const x509::Certificate certificate(X509_new());
  X509 *made = certificate.get(), *signer = members_.front().get();
  Issued issued;
  issued.from = clock_.now() / second * second;
  issued.until = issued.from + life / second * second;
  const bool done = made && X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
                    set_validity(made, issued.from, issued.until) &&
                    X509_set_pubkey(made, X509_REQ_get0_pubkey(const_cast<X509_REQ*>(&request))) == 1 &&
                    set_common_name(made, name) && X509_set_issuer_name(made, X509_get_subject_name(signer)) == 1 &&
                    add_extension(made, signer, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(made, signer, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(made, signer, NID_ext_key_usage, "clientAuth") &&
                    add_extension(made, signer, NID_authority_key_identifier, "keyid:always") &&
                    X509_sign(made, key_.get(), EVP_sha256()) > 0;
  if (!done) return certificate_failure("for " + name);
  issued.pem = x509::pem_of(made), issued.key = x509::key_digest(made), issued.serial = x509::serial(made),
  issued.signer = id_of(signer);
  if (issued.pem.empty() || issued.key.empty()) return certificate_failure("PEM");
  return issued;
}

}  // namespace langyan::center
