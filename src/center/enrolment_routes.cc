#include "center/enrolment_routes.h"

#include "center/handlers.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr Parameter enrolment_id[] = {{"id", K::text, "Id of the enrolment."}};
constexpr std::size_t request_body = 16u << 10;  // a signing request and a token, with room for escapes

// clang-format off
const Route rows[] = {
    {Method::get,    "/api/v1/enrolments",              Who::system,        Lane::query,     list_enrolments,   "Sensors and lower centers that have a certificate of this center, or a token for one", "Enrolments"},
    {Method::post,   "/api/v1/enrolments",              Who::system,        Lane::query,     make_enrolment,    "Make a one-time enrolment token; it is in this answer only", "NewEnrolmentAnswer", {}, "NewEnrolment", 0, 201},
    {Method::remove, "/api/v1/enrolments/{id}",         Who::system,        Lane::query,     revoke_enrolment,  "Revoke an enrolment and its certificates, from the next request on", "", enrolment_id, {}, 0, 204},
    {Method::post,   "/api/v1/certificates",            Who::open,          Lane::query,     make_certificate_by_token, "Exchange an enrolment token for a certificate, once",   "CertificateGiven", {}, "CertificateWish", request_body, 201},
    {Method::post,   "/api/v1/certificates/renew",      Who::enrolled,      Lane::query,     renew_certificate, "Exchange one's own certificate for a new one with a fresh key", "CertificateGiven", {}, "RenewalWish", request_body, 201},
    {Method::get,    "/api/v1/authority",               Who::local,         Lane::query,     show_authority,    "The authority that signs certificates of sensors, the one before, and who is not known to believe it", "AuthorityState"},
    {Method::post,   "/api/v1/authority",               Who::local,         Lane::query,     renew_authority,   "Make a new authority, which signs from now on; what the one before signed stays good", "AuthorityMember", {}, {}, 0, 201},
    {Method::post,   "/api/v1/authority/certificate",   Who::local,         Lane::query,     renew_own_certificate, "Make the center's own certificate anew, by the authority that signs now", "OwnCertificate", {}, "OwnCertificateWish", 0, 201},
};

constexpr Schema shapes[] = {
    {"EnrolmentKind", R"({"enum":["sensor","center"]})"},
    {"Enrolment", R"({"type":"object","required":["id","kind","source","organisation","state","by","created","token_until","serial","from","until"],"properties":{"id":{"type":"string"},"kind":{"$ref":"EnrolmentKind"},"source":{"type":"string"},"organisation":{"type":"string"},"state":{"enum":["waiting","active","expired","ended"],"description":"waiting for the use of its token; active; expired: the certificate may be renewed; ended: enroll anew"},"by":{"type":"string"},"created":{"$ref":"Time"},"token_until":{"$ref":"Time"},"serial":{"type":["string","null"],"description":"Of the newest certificate"},"from":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"until":{"oneOf":[{"$ref":"Time"},{"type":"null"}]}},"additionalProperties":false})"},
    {"Enrolments", R"({"type":"object","required":["enrolments"],"properties":{"enrolments":{"type":"array","items":{"$ref":"Enrolment"}}},"additionalProperties":false})"},
    {"NewEnrolment", R"({"type":"object","required":["source"],"properties":{"kind":{"$ref":"EnrolmentKind"},"source":{"type":"string","minLength":1,"maxLength":256,"description":"The sensor's sensor.name, or the lower center's center.name"},"organisation":{"type":"string","description":"Whose its events are; the center's own when left out"},"expires":{"type":"string","description":"When the token ends, at most 30 days from now; a day from now when left out"}},"additionalProperties":false})"},
    {"NewEnrolmentAnswer", R"({"type":"object","required":["enrolment","token","url","fingerprint","command"],"properties":{"enrolment":{"$ref":"Enrolment"},"token":{"type":"string"},"url":{"type":"string"},"fingerprint":{"type":["string","null"],"description":"SHA-256 of the center's certificate, where it signed that itself"},"command":{"type":"string","description":"To be run on the sensor, or the lower center"}},"additionalProperties":false})"},
    {"CertificateWish", R"({"type":"object","required":["token","kind","source","request"],"properties":{"token":{"type":"string"},"kind":{"$ref":"EnrolmentKind"},"source":{"type":"string","description":"Compared with what the token is for"},"request":{"type":"string","description":"PKCS #10 in PEM, of an ECDSA key on P-256 or P-384; of it only the key is taken"}},"additionalProperties":false})"},
    {"RenewalWish", R"({"type":"object","required":["request"],"properties":{"request":{"type":"string","description":"PKCS #10 in PEM, of a fresh key"}},"additionalProperties":false})"},
    {"CertificateGiven", R"({"type":"object","required":["id","kind","source","organisation","certificate","authority","trust","from","until"],"properties":{"id":{"type":"string"},"kind":{"$ref":"EnrolmentKind"},"source":{"type":"string"},"organisation":{"type":"string"},"certificate":{"type":"string","description":"PEM"},"authority":{"type":"string","description":"PEM of who signed it"},"trust":{"type":"string","description":"PEM of all that make a certificate this center's, to replace what was believed before; empty: somebody else vouches for the center"},"from":{"$ref":"Time"},"until":{"$ref":"Time"}},"additionalProperties":false})"},
    {"AuthorityMember", R"({"type":"object","required":["id","fingerprint","from","until"],"properties":{"id":{"type":"string","description":"The first digits of its key's SHA-256"},"fingerprint":{"type":"string","description":"SHA-256 of its certificate"},"from":{"$ref":"Time"},"until":{"$ref":"Time"}},"additionalProperties":false})"},
    {"OwnCertificate", R"({"type":"object","required":["fingerprint","until","signed_by","signer","names"],"properties":{"fingerprint":{"type":"string","description":"SHA-256"},"until":{"$ref":"Time"},"signed_by":{"enum":["itself","authority","other"]},"signer":{"type":["string","null"],"description":"Id of the center's authority that signed it"},"names":{"type":"array","items":{"type":"string"}}},"additionalProperties":false})"},
    {"OwnCertificateWish", R"({"type":"object","properties":{"leave_behind":{"type":"boolean","description":"Go on though somebody enrolled is not known to believe the new certificate; those enroll anew"}},"additionalProperties":false})"},
    {"AuthorityState", R"({"type":"object","required":["authorities","former_needed_by","certificate","behind_count","behind"],"properties":{"authorities":{"type":"array","items":{"$ref":"AuthorityMember"},"minItems":1,"maxItems":2,"description":"Who signs first, then who did before and is still needed"},"former_needed_by":{"type":"integer","description":"Enrolments with a certificate of the one before, good or to be renewed"},"certificate":{"oneOf":[{"$ref":"OwnCertificate"},{"type":"null"}],"description":"The center's own; null: there is none"},"behind_count":{"type":"integer","description":"Enrolments not known to believe a certificate of who signs"},"behind":{"type":"array","items":{"$ref":"Enrolment"},"description":"The first hundred of them"}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> enrolment_routes() {
  return rows;
}

std::span<const Schema> enrolment_schemas() {
  return shapes;
}

}  // namespace langyan::center
