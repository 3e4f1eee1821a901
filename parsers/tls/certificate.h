// Certificates of X.509 as a side sends them: who they name, until when, and for which hosts.
#pragma once

#include "parsers/tls/table.h"

namespace langyan::tls {

// The list of a Certificate message: the chain into items, the first one's content into the record. `asked`: the
// host the client asked for, to compare with what a server shows; empty: none known.
Fault tell_certificates(Bytes content, const Context& context, Bytes asked, Pen& out, Output& output);

}  // namespace langyan::tls
