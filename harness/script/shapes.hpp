#pragma once
// The shapes in which a parameter can arrive that no honest client gives it: the parser matrix is made of them,
// for every parameter of every endpoint. The code that makes them is in harness/session/shapes.cpp.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/vocabulary.hpp"

namespace oauthentic::script {

/// All shapes (deviation `shape`).
std::span<const Word> parameter_shapes();

/// A list that a table names instead of writing it out: `parameter_shapes` are all; `altered_values` keep the
/// name, stand there once, and have another value, which nobody may take for the right one; `spoiled_values`
/// are sent by no honest client, whatever the value; `odd_values` are those of them in which a parameter that
/// the request could do without is still there. Nothing if there is no such list.
std::vector<std::string> named_list(std::string_view name);

}  // namespace oauthentic::script
