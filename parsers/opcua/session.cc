// Services that find servers, open channels and sessions and sign in ([P4] 5.5 to 5.7).
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

using EndpointPen = Fill<endpoint_fields>;

enum class Token : std::uint8_t { anonymous, user_name, certificate, issued };

struct Application {  // [P4] 7.2
  Bytes uri, product, name;
  std::uint32_t type = 0;
};

Application read_application(Call& call) {
  Reader& in = call.in;
  Application application;
  application.uri = read_string(in);
  application.product = read_string(in);
  application.name = read_localized_text(in);
  application.type = in.le32();
  read_string(in);  // gatewayServerUri
  read_string(in);  // discoveryProfileUri
  return application;
}

void tell(Call& call, const Application& application) {
  call.output.tell(Trait::name, application.uri);
  call.output.tell(Trait::series, application.product);
  call.output.tell(Trait::description, application.name);
  constexpr std::string_view roles[] = {"OPC UA server", "OPC UA client", "OPC UA client and server",
                                        "OPC UA discovery server"};
  if (application.type < std::size(roles)) call.output.tell(Trait::role, roles[application.type]);
}

void put_application(EndpointPen pen, const Application& application) {
  put_text<"uri">(pen, application.uri);
  put_text<"product">(pen, application.product);
  put_text<"server_name">(pen, application.name);
  pen.set<"server_type">(application.type);
}

// "anonymous, user_name": the kinds of token, each once.
Bytes read_tokens(Call& call) {
  Reader& in = call.in;
  std::uint32_t kinds = 0;
  for (std::uint32_t left = call.count(in, 20); left > 0 && in.ok(); --left) {
    read_string(in);
    const std::uint32_t kind = in.le32();
    if (in.ok() && kind < std::size(token_names)) kinds |= 1u << kind;
    read_string(in), read_string(in), read_string(in);
  }
  Line line;
  for (const Name& name : token_names) {
    if (!(kinds >> name.value & 1)) continue;
    if (!line.empty()) line.add(", ");
    line.add(name.word);
  }
  return line.keep(call.output.scratch);
}

// Endpoints ([P4] 7.14), each an item; the first one's server is the one that speaks.
void read_endpoints(Call& call) {
  Reader& in = call.in;
  const std::uint32_t count = call.count(in, 45);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    EndpointPen pen{call.output.items.start(endpoint_schema), in};
    put_text<"url">(pen, read_string(in));
    const Application server = read_application(call);
    skip_strings(call, in);  // discoveryUrls
    put_application(pen, server);
    pen.set<"server_certificate_size">(static_cast<std::uint32_t>(read_string(in).size()));
    pen.set<"mode">(in.le32());
    const Bytes policy = read_string(in);
    put_text<"policy_uri">(pen, policy);
    pen.set<"policy">(policy_of_uri(policy));
    put_text<"user_tokens">(pen, read_tokens(call));
    read_string(in);  // transportProfileUri
    pen.set<"security_level">(in.u8());
    if (!in.ok()) return;
    call.output.items.emit();
    if (i == 0) tell(call, server);
  }
}

}  // namespace

// The last part of a policy's URI decides ([P7] 6.6).
std::uint8_t policy_of_uri(Bytes uri) {
  const std::string_view text = text_of(uri);
  if (!text.starts_with(policy_prefix)) return 0;
  for (const Policy& row : policies)
    if (row.code && text.substr(policy_prefix.size()) == row.name) return static_cast<std::uint8_t>(row.code);
  return 0;
}

void find_servers_request(Call& call) {
  put_text<"endpoint_url">(call.pen(), read_string(call.in));
  skip_strings(call, call.in);
  skip_strings(call, call.in);
  if (call.in.ok()) call.operate(call.service->verb);
}

void find_servers_response(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 29); left > 0 && in.ok(); --left) {
    EndpointPen pen{call.output.items.start(endpoint_schema), in};
    put_application(pen, read_application(call));
    const std::uint32_t urls = call.count(in, 4);
    for (std::uint32_t i = 0; i < urls && in.ok(); ++i) {
      const Bytes url = read_string(in);
      if (i == 0) put_text<"url">(pen, url);
    }
    if (in.ok()) call.output.items.emit();
  }
  if (in.ok()) call.operate(call.service->verb);
}

void servers_on_network_request(Call& call) {
  call.in.skip(8);
  skip_strings(call, call.in);
  if (call.in.ok()) call.operate(call.service->verb);
}

void servers_on_network_response(Call& call) {
  Reader& in = call.in;
  in.skip(8);
  for (std::uint32_t left = call.count(in, 16); left > 0 && in.ok(); --left) {
    EndpointPen pen{call.output.items.start(endpoint_schema), in};
    in.skip(4);
    put_text<"server_name">(pen, read_string(in));
    put_text<"url">(pen, read_string(in));
    skip_strings(call, in);
    if (in.ok()) call.output.items.emit();
  }
  if (in.ok()) call.operate(call.service->verb);
}

void endpoints_response(Call& call) {
  read_endpoints(call);
  if (call.in.ok()) call.operate(call.service->verb);
}

void register_server_request(Call& call) {  // [P4] 7.34
  Reader& in = call.in;
  EndpointPen pen{call.output.items.start(endpoint_schema), in};
  put_text<"uri">(pen, read_string(in));
  put_text<"product">(pen, read_string(in));
  const std::uint32_t names = call.count(in, 1);
  for (std::uint32_t i = 0; i < names && in.ok(); ++i) {
    const Bytes name = read_localized_text(in);
    if (i == 0) put_text<"server_name">(pen, name);
  }
  pen.set<"server_type">(in.le32());
  read_string(in);
  const std::uint32_t urls = call.count(in, 4);
  for (std::uint32_t i = 0; i < urls && in.ok(); ++i) {
    const Bytes url = read_string(in);
    if (i == 0) put_text<"url">(pen, url);
  }
  read_string(in);
  in.skip(1);
  if (!in.ok()) return;
  call.output.items.emit();
  if (call.service->code != 437) {  // RegisterServer2 adds how it may be found
    for (std::uint32_t left = call.count(in, 3); left > 0 && in.ok(); --left) read_extension(call, in);
  }
  if (in.ok()) call.operate(call.service->verb);
}

void open_channel_request(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  pen.set<"protocol_version">(in.le32());
  pen.set<"request_type">(in.le32());
  pen.set<"security_mode">(in.le32());
  read_string(in);
  pen.set<"lifetime">(in.le32());
  if (in.ok()) call.operate(call.service->verb).object = channel_object(call.memory);
}

void open_channel_response(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  pen.set<"protocol_version">(in.le32());
  const std::uint32_t channel = in.le32();
  pen.set<"token_id">(in.le32());
  in.skip(8);
  pen.set<"lifetime">(in.le32());
  read_string(in);
  if (!in.ok()) return;
  pen.set<"secure_channel_id">(channel);
  call.memory.channel = channel, call.memory.channel_known = true;
  call.operate(call.service->verb);
}

void create_session_request(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  const Application client = read_application(call);
  skip_strings(call, in);
  put_text<"application_uri">(pen, client.uri);
  put_text<"product_uri">(pen, client.product);
  put_text<"application_name">(pen, client.name);
  pen.set<"application_type">(client.type);
  put_text<"server_uri">(pen, read_string(in));
  put_text<"endpoint_url">(pen, read_string(in));
  put_text<"session_name">(pen, read_string(in));
  read_string(in);
  pen.set<"certificate_size">(static_cast<std::uint32_t>(read_string(in).size()));
  pen.set<"session_timeout">(in.le_f64());
  pen.set<"max_message_size">(in.le32());
  if (!in.ok()) return;
  tell(call, client);
  call.operate(call.service->verb);
}

void create_session_response(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  const NodeId session = read_node_id(call, in);
  if (in.ok()) put_text<"session_id">(pen, call.text(session));
  read_node_id(call, in);  // the authentication token, a secret
  pen.set<"session_timeout">(in.le_f64());
  read_string(in);
  pen.set<"certificate_size">(static_cast<std::uint32_t>(read_string(in).size()));
  read_endpoints(call);
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) read_string(in), read_string(in);
  read_string(in), read_string(in);
  pen.set<"max_message_size">(in.le32());
  if (in.ok()) call.operate(call.service->verb);
}

namespace {

// User identity tokens ([P4] 7.40). A password itself is never kept.
void identity_token(Call& call, const Extension& token) {
  Pen pen = call.pen();
  Reader in{token.body};
  const auto kind = [&](Token which) { pen.set<"identity_token">(static_cast<std::uint8_t>(which)); };
  Operation& operation = call.operate(call.service->verb);
  const auto user = [&](Bytes name) {
    if (name.empty()) return;
    operation.object = {.space = static_cast<std::uint8_t>(Place::user), .count = 1, .text = name};
  };
  if (token.type.null() || token.type.is(321)) {  // no token at all also stands for anonymous
    kind(Token::anonymous);
    user(call.output.scratch.copy(bytes_of("anonymous")));
    if (!token.body.empty()) put_text<"policy_id">(pen, read_string(in));
  } else if (token.type.is(324)) {
    kind(Token::user_name);
    const Bytes policy = read_string(in), name = read_string(in), password = read_string(in),
                algorithm = read_string(in);
    if (!in.ok()) return call.blame(Wrong::truncated);
    put_text<"policy_id">(pen, policy);
    put_text<"user_name">(pen, name);
    user(name);
    const bool in_clear = algorithm.empty() && !password.empty();
    pen.set<"password_in_clear">(in_clear);
    if (in_clear) call.blame(Wrong::password);
  } else if (token.type.is(327)) {
    kind(Token::certificate);
    const Bytes policy = read_string(in), certificate = read_string(in);
    if (!in.ok()) return call.blame(Wrong::truncated);
    put_text<"policy_id">(pen, policy);
    const Bytes name = certificate_name(certificate);
    put_text<"certificate_name">(pen, name);
    user(name);
  } else if (token.type.is(940)) {
    kind(Token::issued);
    put_text<"policy_id">(pen, read_string(in));
  } else {
    call.blame(Wrong::encoding);
  }
}

}  // namespace

void activate_session_request(Call& call) {
  Reader& in = call.in;
  read_string(in), read_string(in);  // clientSignature
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) read_string(in), read_string(in);
  skip_strings(call, in);
  const Extension token = read_extension(call, in);
  read_string(in), read_string(in);
  if (in.ok()) identity_token(call, token);
}

void activate_session_response(Call& call) {
  read_string(call.in);
  call.in.skip(call.count(call.in, 4) * std::size_t{4});
  skip_diagnostics_list(call, call.in);
  if (!call.in.ok()) return;
  call.operate(call.service->verb);
  call.memory.refused_sign_ins = 0;
}

void close_session_request(Call& call) {
  call.pen().set<"delete_subscriptions">(call.in.u8() != 0);
  if (call.in.ok()) call.operate(call.service->verb);
}

void cancel_request(Call& call) {
  call.in.skip(4);
  if (call.in.ok()) call.operate(call.service->verb);
}

void cancel_response(Call& call) {
  call.in.skip(4);
  if (call.in.ok()) call.operate(call.service->verb);
}

// The last common name of an X.509 certificate: issuer comes before subject (RFC 5280 4.1, 4.1.2.6;
// X.520 commonName is 2.5.4.3). Nothing else of it is read.
Bytes certificate_name(Bytes certificate) {
  constexpr std::uint8_t common_name[] = {0x06, 0x03, 0x55, 0x04, 0x03};
  Bytes found;
  for (std::size_t at = 0; at + sizeof common_name + 2 < certificate.size(); ++at) {
    const Bytes here = certificate.subspan(at);
    if (!std::ranges::equal(here.first(sizeof common_name), common_name)) continue;
    const std::size_t size = here[sizeof common_name + 1];
    const bool is_text = here[sizeof common_name] == 0x0c || here[sizeof common_name] == 0x13;
    const Bytes rest = here.subspan(sizeof common_name + 2);
    if (!is_text || size == 0 || size > 64 || size > rest.size()) continue;  // X.520: at most 64 characters
    found = rest.first(size);
    at += sizeof common_name + 1 + size;
  }
  return found;
}

}  // namespace langyan::opcua
