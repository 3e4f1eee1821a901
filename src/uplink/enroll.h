// enroll: exchanges a one-time token of the center above for a certificate (docs/enrolment.md), as
// `langyan-sensor enroll` and `langyan-center enroll` do. The key is made here, in the folder, and
// never leaves it: the center gets a signing request.
//
// Killed or cut off at any point it can be run again with the same token: the key waits in
// enroll.key until its certificate is there, and the center gives that key its certificate again.
// One thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "base/random.h"
#include "base/result.h"
#include "uplink/identity.h"

namespace langyan::uplink {

struct EnrollRequest {
  std::string url;     // of the center: https://center.example:8443
  std::string token;
  std::string kind;    // sensor or center
  std::string source;  // the name this one has
  // Who is believed to be the center: a certificate with this SHA-256, or one that the file's
  // authorities signed; neither: the system's authorities.
  std::string fingerprint, ca_file;
  bool follows = true;  // false: the configuration says whom to believe (uplink.ca_file), whatever stands in center.pem
  std::string folder;  // see identity.h
};

struct Enrolled {
  std::string source, organisation;
  Time until = 0;
  std::string doubt;  // empty: the center knows this one by its new certificate; else why not
};

Result<Enrolled> enroll(const EnrollRequest& request, Disk& disk, Clock& clock, Random& random,
                        const Identity::Dial& dial = curl_net);

// The words after `enroll` on the command lines of both programs.
struct EnrollWords {
  EnrollRequest request;
  std::string config;
  std::vector<std::string> sets;
  bool help = false;
};
Result<EnrollWords> parse_enroll(std::span<const char* const> words, std::string_view program);
std::string enroll_usage(std::string_view program);

// Runs it and says what came of it; the exit status is the program's to choose from the Error.
Result<void> run_enroll(const EnrollRequest& request, std::string_view settings);

}  // namespace langyan::uplink
