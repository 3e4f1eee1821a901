// X509: keys, certificates and requests for them (RFC 5280, 2986) as this project makes and reads
// them: owning pointers over OpenSSL's objects, PEM in and out, and what is asked of a certificate.
//
// Nothing here judges trust. Reading never asks anybody for a passphrase: an encrypted block is one
// that cannot be read. Each object belongs to one thread; the functions may be called by any.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace langyan::x509 {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using SigningRequest = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;

// OpenSSL's newest complaint, in its words; it is forgotten then.
std::string reason();

Key make_key();                           // ECDSA P-256; nothing: OpenSSL could not
SigningRequest make_request(EVP_PKEY* key);  // signed, and without a name: who signs it gives one

std::string pem_of(EVP_PKEY* key);  // PKCS #8, in clear; empty: OpenSSL could not
std::string pem_of(const X509* certificate);
std::string pem_of(const X509_REQ* request);

// The first such block of a text; nothing where there is none.
Key read_key(std::string_view pem);
Certificate read_certificate(std::string_view pem);
SigningRequest read_request(std::string_view pem);
// All of a text, in its order; what is no certificate between them is passed over.
std::vector<Certificate> read_certificates(std::string_view pem);

std::string key_digest(const X509* certificate);  // SHA-256 of its public key (SPKI), hexadecimal
std::string key_digest(const X509_REQ* request);
std::string fingerprint(const X509* certificate);  // SHA-256 of all of it, "AB:CD:…"
std::string serial(const X509* certificate);       // hexadecimal
Time valid_from(const X509* certificate);
Time valid_until(const X509* certificate);
bool self_signed(const X509* certificate);  // by its names; the signature is not looked at
bool belong_together(const X509* certificate, const EVP_PKEY* key);
bool signed_by(const X509* certificate, const X509* authority);  // by its key: the signature itself
// The host names and addresses it is for (RFC 5280 4.2.1.6).
std::vector<std::string> names_of(const X509* certificate);

}  // namespace langyan::x509
