// Services other than those of variables: names and identity, domains, programs, files, journals.
#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

std::optional<std::uint32_t> number_of(Bytes content) {
  const auto number = ber::to_unsigned(content);
  if (!number || *number > 0xffffffff) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

template <Word name>
void put_octet(Call& call, const std::optional<Tlv>& value) {
  if (!value) return;
  const auto number = number_of(value->content);
  if (!number || *number > 0xff) return call.blame(Wrong::value);
  call.pen().set<name>(static_cast<std::uint8_t>(*number));
}

template <Word name>
void put_flag(Call& call, const std::optional<Tlv>& value) {
  if (!value) return;
  if (const auto flag = ber::to_boolean(value->content))
    call.pen().set<name>(*flag);
  else
    call.blame(Wrong::value);
}

template <Word name>
void put_text(Call& call, const std::optional<Tlv>& value) {
  if (value && !value->content.empty()) call.pen().set<name>(value->content);
}

// Answers without a body of their own, or whose body adds nothing.
Operation& done(Call& call) {
  return call.operate(call.service->verb);
}

// --- names and identity ---

void status(Call& call, const Tlv& body) {
  done(call);
  if (call.asks()) return;
  put_octet<"logical_status">(call, ber::find_context(body.content, 0));
  put_octet<"physical_status">(call, ber::find_context(body.content, 1));
}

void identify_answer(Call& call, const Tlv& body) {
  constexpr std::pair<std::uint32_t, Trait> traits[] = {
      {0, Trait::vendor}, {1, Trait::model}, {2, Trait::firmware}};
  done(call);
  put_text<"vendor">(call, ber::find_context(body.content, 0));
  put_text<"model">(call, ber::find_context(body.content, 1));
  put_text<"revision">(call, ber::find_context(body.content, 2));
  for (const auto& [tag, trait] : traits)
    if (const auto text = ber::find_context(body.content, tag);
        text && ber::is_visible(text->content))
      call.output.tell(trait, text->content);
}

Place place_of_class(std::uint32_t object_class) {
  constexpr Place places[] = {Place::variable,  Place::variable, Place::list,    Place::type,
                              Place::semaphore, Place::event,    Place::event,   Place::event,
                              Place::journal,   Place::domain,   Place::program, Place::station};
  return object_class < std::size(places) ? places[object_class] : Place::variable;
}

Place object_class(Call& call, Bytes body) {
  const auto outer = ber::find_context(body, 0);
  const auto code = outer ? ber::find_context(outer->content, 0) : std::nullopt;
  put_octet<"object_class">(call, code);
  const auto number = code ? number_of(code->content) : std::nullopt;
  if (!number) call.blame(Wrong::encoding);
  return place_of_class(number.value_or(0));
}

void name_list_request(Call& call, const Tlv& body) {
  const Place place = object_class(call, body.content);
  const auto scope = ber::find_context(body.content, 1);
  const auto domain = scope ? ber::find_context(scope->content, 1) : std::nullopt;
  if (!scope) call.blame(Wrong::encoding);
  put_text<"domain">(call, domain);
  put_text<"continue_after">(call, ber::find_context(body.content, 2));
  Operation& operation = call.operate(Verb::browse, place, domain ? domain->content : Bytes{});
  operation.object.count = 1;  // without a domain the whole device
}

void names_answer(Call& call, Bytes list) {
  Tlv name;
  for (Reader in{list}; in.left() > 0;) {
    if (!ber::next(in, name)) return call.blame(Wrong::encoding);
    NamePen pen{call.output.items.start(name_schema), sound};
    pen.set<"name">(name.content);
    call.output.items.emit();
    if (call.memory.application) continue;
    call.memory.application = meaning_of(text_of(name.content)).application;
  }
}

void name_list(Call& call, const Tlv& body) {
  if (call.asks()) return name_list_request(call, body);
  done(call);
  const auto list = ber::find_context(body.content, 0);
  if (!list) return call.blame(Wrong::encoding);
  names_answer(call, list->content);
  put_flag<"more_follows">(call, ber::find_context(body.content, 1));
}

Bytes name_in(Call& call, Bytes content) {
  Tlv name;
  Reader in{content};
  if (!ber::next(in, name)) return call.blame(Wrong::encoding), Bytes{};
  return read_name(call, name);
}

void rename(Call& call, const Tlv& body) {
  if (!call.asks()) return void(done(call));
  const Place place = object_class(call, body.content);
  const auto current = ber::find_context(body.content, 1),
             wanted = ber::find_context(body.content, 2);
  if (!current || !wanted) return call.blame(Wrong::encoding);
  call.operate(Verb::configure, place, name_in(call, current->content)).value =
      Value::of_run(Value::Kind::text, wanted->content);
}

void attributes(Call& call, const Tlv& body) {
  if (call.asks()) {
    const auto name = ber::find_context(body.content, 0);
    if (!name) return call.blame(Wrong::encoding);
    const Bytes text = name_in(call, name->content);
    if (!call.memory.application) call.memory.application = meaning_of(text_of(text)).application;
    call.operate(Verb::browse, Place::variable, text);
    return;
  }
  done(call);
  const auto description = ber::find_context(body.content, 2);
  Tlv type;
  Reader in{description ? description->content : Bytes{}};
  if (!description || !ber::next(in, type)) return;
  Record& row = call.output.items.start(variable_schema);
  VariablePen pen{row, sound};
  if (type.tag <= 0xff) pen.set<"data_type">(static_cast<std::uint8_t>(type.tag));
  pen.set<"value">(read_type(call, type));
  call.output.items.emit();
}

// --- variable lists ---

void list_members(Call& call, Bytes list) {
  Tlv entry;
  for (Reader in{list}; in.left() > 0;) {
    if (!ber::next(in, entry)) return call.blame(Wrong::encoding);
    const auto variable = ber::find_context(entry.content, 0);
    if (!variable) continue;
    VariablePen pen{call.output.items.start(variable_schema), sound};
    if (const Bytes name = name_in(call, variable->content); !name.empty())
      pen.set<"variable">(name);
    call.output.items.emit();
  }
}

void define_list(Call& call, const Tlv& body) {
  if (!call.asks()) return void(done(call));
  Tlv name, list;
  Reader in{body.content};
  if (!ber::next(in, name)) return call.blame(Wrong::encoding);
  call.operate(Verb::configure, Place::list, read_name(call, name));
  if (!ber::next(in, list) || !list.is_context(0)) return call.blame(Wrong::encoding);
  list_members(call, list.content);
}

void list_attributes(Call& call, const Tlv& body) {
  if (call.asks()) {
    call.operate(Verb::browse, Place::list, name_in(call, body.content));
    return;
  }
  done(call);
  if (const auto list = ber::find_context(body.content, 1)) list_members(call, list->content);
}

// Deletes the objects named, or all of a scope.
void delete_list(Call& call, const Tlv& body) {
  if (!call.asks()) return void(done(call));
  const auto list = ber::find_context(body.content, 1), domain = ber::find_context(body.content, 2);
  const Place place = call.service->code == 13   ? Place::list
                      : call.service->code == 16 ? Place::type
                                                 : Place::variable;
  put_text<"domain">(call, domain);
  Tlv name;
  for (Reader in{list ? list->content : Bytes{}}; in.left() > 0;) {
    if (!ber::next(in, name)) return call.blame(Wrong::encoding);
    call.operate(Verb::configure, place, read_name(call, name));
  }
  if (call.output.operations_total == 0)
    call.operate(Verb::configure, place, domain ? domain->content : Bytes{});
}

// --- domains and programs ---

void identifier(Call& call, const Tlv& body) {  // the body is the name
  if (!call.asks()) return void(done(call));
  if (!body.content.empty()) call.pen().set<"domain">(body.content);
  call.operate(call.service->verb, Place::domain, body.content);
}

void download(Call& call, const Tlv& body) {
  if (!call.asks()) return void(done(call));
  const auto domain = ber::find_context(body.content, 0);
  if (!domain) call.blame(Wrong::encoding);
  put_text<"domain">(call, domain);
  const bool has_file = call.service->code >= 32;  // request…, load… and store… name a file
  const auto file = ber::find_context(body.content, 4);
  const auto from = file ? file : ber::find_context(body.content, 1);
  if (has_file && from && from->constructed)
    if (const Bytes name = read_file_name(call, from->content); !name.empty())
      call.pen().set<"file_name">(name);
  call.operate(call.service->verb, Place::domain, domain ? domain->content : Bytes{});
}

// Pieces of a program: of a download the device asks for them, of an upload the client does.
void segment(Call& call, const Tlv& body) {
  Operation& operation = done(call);
  if (call.asks()) {
    if (call.service->code == 27)
      operation.object = {
          .space = static_cast<std::uint8_t>(Place::domain), .count = 1, .text = body.content};
    return;
  }
  put_text<"content">(call, ber::find_context(body.content, 0));
  put_flag<"more_follows">(call, ber::find_context(body.content, 1));
}

void program(Call& call, const Tlv& body) {
  if (!call.asks()) return void(done(call));
  const bool is_name = !body.constructed;
  const auto field = is_name ? std::nullopt : ber::find_context(body.content, 0);
  const Bytes name = is_name ? body.content : field ? field->content : Bytes{};
  if (name.empty())
    call.blame(Wrong::encoding);
  else
    call.pen().set<"program">(name);
  if (const auto argument = is_name ? std::nullopt : ber::find_context(body.content, 1);
      argument && !argument->constructed)
    put_text<"argument">(call, argument);
  call.operate(call.service->verb, Place::program, name);
}

// --- files ([MMS] annex D) ---

Bytes put_file(Call& call, Bytes content) {
  const Bytes name = read_file_name(call, content);
  if (!name.empty()) call.pen().set<"file_name">(name);
  return name;
}

void file_open(Call& call, const Tlv& body) {
  if (call.asks()) {
    const auto name = ber::find_context(body.content, 0);
    if (!name) return call.blame(Wrong::encoding);
    call.operate(Verb::file, Place::file, put_file(call, name->content));
    return;
  }
  done(call);
  const auto handle = ber::find_context(body.content, 0),
             attributes = ber::find_context(body.content, 1);
  if (handle)
    if (const auto number = number_of(handle->content)) call.pen().set<"file_handle">(*number);
  const auto size = attributes ? ber::find_context(attributes->content, 0) : std::nullopt;
  if (size)
    if (const auto number = number_of(size->content)) call.pen().set<"file_size">(*number);
}

void file_handle(Call& call, const Tlv& body) {
  Operation& operation = done(call);
  if (!call.asks()) {
    put_text<"content">(call, ber::find_context(body.content, 0));
    put_flag<"more_follows">(call, ber::find_context(body.content, 1));
    return;
  }
  const auto number = number_of(body.content);
  if (!number) return call.blame(Wrong::value);
  call.pen().set<"file_handle">(*number);
  operation.object = {
      .space = static_cast<std::uint8_t>(Place::handle), .address = *number, .count = 1};
}

void two_files(Call& call, const Tlv& body, std::uint32_t from_tag) {
  if (!call.asks()) return void(done(call));
  const auto from = ber::find_context(body.content, from_tag),
             to = ber::find_context(body.content, from_tag + 1);
  if (!from || !to) return call.blame(Wrong::encoding);
  Operation& operation = call.operate(Verb::file, Place::file, put_file(call, from->content));
  const Bytes name = read_file_name(call, to->content);
  if (name.empty()) return;
  call.pen().set<"file_name_to">(name);
  operation.value = Value::of_run(Value::Kind::text, name);
}

void file_entry(Call& call, const Tlv& entry) {
  NamePen pen{call.output.items.start(name_schema), sound};
  const auto name = ber::find_context(entry.content, 0),
             attributes = ber::find_context(entry.content, 1);
  if (!name) return call.blame(Wrong::encoding);
  if (const Bytes text = read_file_name(call, name->content); !text.empty()) pen.set<"name">(text);
  const auto size = attributes ? ber::find_context(attributes->content, 0) : std::nullopt;
  const auto time = attributes ? ber::find_context(attributes->content, 1) : std::nullopt;
  if (size)
    if (const auto number = number_of(size->content)) pen.set<"entry_size">(*number);
  if (time && ber::is_visible(time->content)) pen.set<"entry_time">(time->content);
  call.output.items.emit();
}

void file_directory(Call& call, const Tlv& body) {
  if (call.asks()) {
    const auto name = ber::find_context(body.content, 0);
    Operation& operation =
        call.operate(Verb::browse, Place::file, name ? put_file(call, name->content) : Bytes{});
    operation.object.count = 1;  // without a name the whole file store
    return;
  }
  done(call);
  const auto list = ber::find_context(body.content, 0);
  if (!list) return call.blame(Wrong::encoding);
  Tlv entry;
  Reader in{list->content};
  if (in.left() > 0 && !ber::next(in, entry)) return call.blame(Wrong::encoding);
  // The list stands in a SEQUENCE of its own; some stacks leave that one out.
  const bool wrapped = in.left() == 0 && entry.is_universal(ber::universal::sequence) &&
                       !ber::find_context(entry.content, 0);
  for (Reader entries{wrapped ? entry.content : list->content}; entries.left() > 0;) {
    if (!ber::next(entries, entry)) return call.blame(Wrong::encoding);
    file_entry(call, entry);
  }
  put_flag<"more_follows">(call, ber::find_context(body.content, 1));
}

// --- others ---

Place place_of_service(std::uint32_t code) {
  if (code >= 65 && code <= 70) return Place::journal;
  if ((code >= 47 && code <= 62) || code == of_unconfirmed + 2) return Place::event;
  if (code >= 19 && code <= 25) return Place::semaphore;
  if (code >= 14 && code <= 16) return Place::type;
  return Place::variable;
}

bool is_name(const Tlv& value) {
  if (value.is_context(1)) {
    Tlv first;
    Reader in{value.content};
    return value.constructed && ber::next(in, first) &&
           first.is_universal(ber::universal::visible_string);
  }
  return (value.is_context(0) || value.is_context(2)) && !value.constructed &&
         ber::is_visible(value.content);
}

// The object a request names first: the body is its name, or the first field holds it.
void object(Call& call, const Tlv& body) {
  if (!call.asks() && call.output.role != Role::event) return void(done(call));
  Tlv first, name;
  Reader in{body.content};
  Bytes text;
  if (in.left() > 0 && !ber::next(in, first)) call.blame(Wrong::encoding);
  Reader inner{first.constructed ? first.content : Bytes{}};
  if (is_name(first))
    text = read_name(call, first);
  else if (inner.left() > 0 && ber::next(inner, name) && is_name(name))
    text = read_name(call, name);
  call.operate(call.service->verb, place_of_service(call.service->code), text);
}

void additional(Call& call, const Tlv& body) {
  Tlv inner;
  Reader in{body.content};
  if (ber::next(in, inner) && inner.tag_class == ber::Class::context &&
      inner.tag < of_association - of_additional) {
    const auto code = static_cast<std::uint16_t>(of_additional + inner.tag);
    if (service_row(code).code == code)
      call.serve(code);
    else
      call.blame(Wrong::service);
  }
  done(call);
}

}  // namespace

void other_service(Call& call, const Tlv& body) {
  switch (call.service->body) {
    case Body::status: return status(call, body);
    case Body::name_list: return name_list(call, body);
    case Body::identify: return call.asks() ? void(done(call)) : identify_answer(call, body);
    case Body::rename: return rename(call, body);
    case Body::attributes: return attributes(call, body);
    case Body::define_list: return define_list(call, body);
    case Body::list_attributes: return list_attributes(call, body);
    case Body::delete_list: return delete_list(call, body);
    case Body::object:
    case Body::event_notification: return object(call, body);
    case Body::identifier: return identifier(call, body);
    case Body::download: return download(call, body);
    case Body::segment: return segment(call, body);
    case Body::program: return program(call, body);
    case Body::obtain_file: return two_files(call, body, 1);
    case Body::file_rename: return two_files(call, body, 0);
    case Body::file_open: return file_open(call, body);
    case Body::file_handle: return file_handle(call, body);
    case Body::file_name:
      if (!call.asks()) return void(done(call));
      call.operate(Verb::file, Place::file, put_file(call, body.content));
      return;
    case Body::file_directory: return file_directory(call, body);
    case Body::additional: return additional(call, body);
    default: done(call); return;
  }
}

}  // namespace langyan::mms
