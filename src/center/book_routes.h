// The rows and shapes of what sensors learned (books.h). Part of routes() and schemas().
#pragma once

#include <span>

#include "center/call.h"

namespace langyan::center {

std::span<const Route> book_routes();
std::span<const Schema> book_schemas();

// books_api.cc
Response put_learned(Center& center, Call& call);
Response list_learned(Center& center, Call& call);
Response learned(Center& center, Call& call);

}  // namespace langyan::center
