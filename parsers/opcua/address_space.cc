// Services that change the server's nodes and look around among them ([P4] 5.8 and 5.9).
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

// The item is whole: it is kept and stands for an operation on its node.
Operation* finish(Call& call, const NodeId& node, std::uint32_t status = 0) {
  if (!call.in.ok()) return nullptr;
  call.output.items.emit();
  Operation& operation = call.operate(call.service->verb, status);
  if (call.asks) operation.object = node_object(node);
  return &operation;
}

template <Word name>
void put_node(Call& call, NodePen pen, const NodeId& id) {
  if (call.in.ok() && !id.null()) put_text<name>(pen, call.text(id));
}

}  // namespace

void add_nodes_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 23); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId parent = read_node_id(call, in), reference = read_node_id(call, in), wanted = read_node_id(call, in);
    put_text<"browse_name">(pen, read_qualified_name(in));
    pen.set<"node_class">(in.le32());
    read_extension(call, in);
    const NodeId type = read_node_id(call, in);
    put_node<"target_node_id">(call, pen, parent);
    put_node<"reference_type">(call, pen, reference);
    put_node<"node_id">(call, pen, wanted);
    put_node<"type_definition">(call, pen, type);
    // Number 0 leaves the choice to the server; then the node is told by where it goes.
    const bool chosen = wanted.form != NodeId::Form::numeric || wanted.number != 0;
    finish(call, chosen ? wanted : parent);
  }
}

void add_nodes_response(Call& call) {
  each_result(call, 6, call.service->verb,
              [&](Reader& in, NodePen& pen) { put_node<"node_id">(call, pen, read_node_id(call, in)); });
}

void add_references_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 15); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId source = read_node_id(call, in), reference = read_node_id(call, in);
    pen.set<"browse_direction">(std::uint32_t{in.u8() == 0});
    read_string(in);
    const NodeId target = read_node_id(call, in);
    pen.set<"node_class">(in.le32());
    put_node<"node_id">(call, pen, source);
    put_node<"reference_type">(call, pen, reference);
    put_node<"target_node_id">(call, pen, target);
    finish(call, source);
  }
}

void delete_nodes_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 3); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    in.skip(1);
    put_node<"node_id">(call, pen, node);
    finish(call, node);
  }
}

void delete_references_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 8); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId source = read_node_id(call, in), reference = read_node_id(call, in);
    pen.set<"browse_direction">(std::uint32_t{in.u8() == 0});
    const NodeId target = read_node_id(call, in);
    in.skip(1);
    put_node<"node_id">(call, pen, source);
    put_node<"reference_type">(call, pen, reference);
    put_node<"target_node_id">(call, pen, target);
    finish(call, source);
  }
}

void browse_request(Call& call) {
  Reader& in = call.in;
  read_node_id(call, in);  // the view
  in.skip(8 + 4 + 4);      // its time and version; most references a node
  for (std::uint32_t left = call.count(in, 17); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    pen.set<"browse_direction">(in.le32());
    const NodeId reference = read_node_id(call, in);
    in.skip(1 + 4 + 4);
    put_node<"node_id">(call, pen, node);
    put_node<"reference_type">(call, pen, reference);
    finish(call, node);
  }
}

// One operation a node that was browsed, one item a reference that was found ([P4] 7.6 and 7.30).
void browse_response(Call& call) {
  Reader& in = call.in;
  std::uint32_t bad = 0;
  for (std::uint32_t left = call.count(in, 12); left > 0 && in.ok(); --left) {
    const std::uint32_t status = in.le32();
    read_string(in);
    for (std::uint32_t references = call.count(in, 18); references > 0 && in.ok(); --references) {
      NodePen pen = start(call);
      const NodeId reference = read_node_id(call, in);
      pen.set<"browse_direction">(std::uint32_t{in.u8() == 0});
      const NodeId node = read_node_id(call, in);
      put_text<"browse_name">(pen, read_qualified_name(in));
      put_text<"display_name">(pen, read_localized_text(in));
      pen.set<"node_class">(in.le32());
      const NodeId type = read_node_id(call, in);
      put_node<"reference_type">(call, pen, reference);
      put_node<"node_id">(call, pen, node);
      put_node<"type_definition">(call, pen, type);
      if (in.ok()) call.output.items.emit();
    }
    if (!in.ok()) return;
    bad += is_bad(status);
    call.operate(call.service->verb, status);
  }
  skip_diagnostics_list(call, in);
  call.pen().set<"bad_results">(bad);
}

void browse_next_request(Call& call) {
  call.in.skip(1);
  const std::uint32_t count = call.count(call.in, 4);
  for (std::uint32_t i = 0; i < count && call.in.ok(); ++i) {
    read_string(call.in);
    if (call.in.ok()) call.operate(call.service->verb);
  }
}

void translate_request(Call& call) {  // [P4] 7.31
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 6); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    Line path;
    for (std::uint32_t elements = call.count(in, 10); elements > 0 && in.ok(); --elements) {
      read_node_id(call, in);
      in.skip(2);
      path.add("/");
      path.add(read_qualified_name(in));
    }
    put_node<"node_id">(call, pen, node);
    if (in.ok()) put_text<"browse_path">(pen, path.keep(call.output.scratch));
    finish(call, node);
  }
}

void translate_response(Call& call) {
  each_result(call, 8, call.service->verb, [&](Reader& in, NodePen& pen) {
    const std::uint32_t targets = call.count(in, 6);
    for (std::uint32_t i = 0; i < targets && in.ok(); ++i) {
      const NodeId target = read_node_id(call, in);
      in.skip(4);
      if (i == 0) put_node<"target_node_id">(call, pen, target);
    }
  });
}

void nodes_request(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 2); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    const NodeId node = read_node_id(call, in);
    put_node<"node_id">(call, pen, node);
    finish(call, node);
  }
}

void register_nodes_response(Call& call) {
  Reader& in = call.in;
  for (std::uint32_t left = call.count(in, 2); left > 0 && in.ok(); --left) {
    NodePen pen = start(call);
    put_node<"node_id">(call, pen, read_node_id(call, in));
    finish(call, {});
  }
}

}  // namespace langyan::opcua
