#include "base/x509.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "base/address.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/json.h"

namespace langyan::x509 {
namespace {

using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;

template <class Write>
std::string written(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// OpenSSL's own would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

template <class Read>
auto read(std::string_view pem, Read read_block) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto* object = bio ? read_block(bio.get(), nullptr, no_passphrase, nullptr) : nullptr;
  ERR_clear_error();
  return object;
}

std::string digest_of(X509_PUBKEY* key) {
  unsigned char* der = nullptr;
  const int size = key ? i2d_X509_PUBKEY(key, &der) : -1;
  if (size <= 0) return {};
  std::string text;
  append_hex(text, sha256(Bytes(der, static_cast<std::size_t>(size))));
  OPENSSL_free(der);
  return text;
}

Time time_of(const ASN1_TIME* time) {
  std::tm utc{};
  return ASN1_TIME_to_tm(time, &utc) == 1 ? static_cast<Time>(::timegm(&utc)) * second : 0;
}

}  // namespace

std::string reason() {
  char text[256] = "unknown cause";
  if (const auto code = ERR_peek_last_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

Key make_key() {
  return Key(EVP_EC_gen("P-256"));
}

SigningRequest make_request(EVP_PKEY* key) {
  SigningRequest request(X509_REQ_new());
  const bool made = request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key) == 1 &&
                    X509_REQ_sign(request.get(), key, EVP_sha256()) > 0;
  return made ? std::move(request) : nullptr;
}

std::string pem_of(EVP_PKEY* key) {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}
std::string pem_of(const X509* certificate) {
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}
std::string pem_of(const X509_REQ* request) {
  return written([&](BIO* bio) { return PEM_write_bio_X509_REQ(bio, request); });
}

Key read_key(std::string_view pem) {
  return Key(read(pem, PEM_read_bio_PrivateKey));
}
Certificate read_certificate(std::string_view pem) {
  return Certificate(read(pem, PEM_read_bio_X509));
}
std::vector<Certificate> read_certificates(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> all;
  while (X509* each = bio ? PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr) : nullptr)
    all.emplace_back(each);
  ERR_clear_error();
  return all;
}
SigningRequest read_request(std::string_view pem) {
  return SigningRequest(read(pem, PEM_read_bio_X509_REQ));
}

std::string key_digest(const X509* certificate) {
  return digest_of(X509_get_X509_PUBKEY(certificate));
}
std::string key_digest(const X509_REQ* request) {
  return digest_of(X509_REQ_get_X509_PUBKEY(const_cast<X509_REQ*>(request)));  // not const in OpenSSL 3.0
}

std::string fingerprint(const X509* certificate) {
  unsigned char octets[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), octets, &size) != 1) return {};
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[octets[i] >> 4];
    text += digits[octets[i] & 15];
  }
  return text;
}

std::string serial(const X509* certificate) {
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  std::string text;
  append_hex(text, Bytes(ASN1_STRING_get0_data(number), static_cast<std::size_t>(ASN1_STRING_length(number))));
  return text;
}

Time valid_from(const X509* certificate) {
  return time_of(X509_get0_notBefore(certificate));
}
Time valid_until(const X509* certificate) {
  return time_of(X509_get0_notAfter(certificate));
}

bool self_signed(const X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

bool belong_together(const X509* certificate, const EVP_PKEY* key) {
  const bool same = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return same;
}

bool signed_by(const X509* certificate, const X509* authority) {
  EVP_PKEY* key = X509_get0_pubkey(authority);
  const bool is = key && X509_verify(const_cast<X509*>(certificate), key) == 1;  // not const in OpenSSL 3.0
  ERR_clear_error();
  return is;
}

std::vector<std::string> names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> all;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* text =
        static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    if (kind != GEN_DNS && kind != GEN_IPADD) continue;
    const Bytes octets(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (kind == GEN_DNS) all.emplace_back(text_of(octets));
    if (kind == GEN_IPADD && octets.size() == 4) all.push_back(to_string(IpAddress::v4(octets)));
    if (kind == GEN_IPADD && octets.size() == 16) all.push_back(to_string(IpAddress::v6(octets)));
  }
  return all;
}

}  // namespace langyan::x509
