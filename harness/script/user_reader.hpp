#pragma once
// `user:` and `other_user:` of a target file that its schema has passed.
#include <string>

#include "script/document.hpp"
#include "script/target.hpp"

namespace oauthentic::script {

/// `node` is the user at `pointer`, its `${...}` replaced. Tells what the schema cannot see; secrets go to
/// `target`.
User read_user(const Document& document, const std::string& pointer, const nlohmann::json& node, Target& target,
               Diagnostics& diagnostics);

}  // namespace oauthentic::script
