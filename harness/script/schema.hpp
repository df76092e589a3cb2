#pragma once
// Checks a document against one of the published JSON Schemas (profiles/schema/).
#include <string_view>

#include "script/document.hpp"

namespace oauthentic::script {

/// `schema` is the file's name without ending: "scenarios", "flow", "target", "profile", "requirements". Every
/// mistake is told with its place; returns whether there was none. Throws std::logic_error if there is no such
/// schema.
bool check_schema(const Document& document, std::string_view schema, Diagnostics& diagnostics);

}  // namespace oauthentic::script
