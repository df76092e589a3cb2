#pragma once
// Tables over several names, each value with each.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "script/reader.hpp"

namespace oauthentic::script {

/// `each: { parameter: [code, state], shape: parameter_shapes }`: adds a row for each pair, named by its
/// values. `at` is the JSON Pointer of `each`. A column is a list, or the name of one (script/shapes.hpp).
void read_product(const Document& document, const nlohmann::json& each, const std::string& at,
                  std::vector<Row>& rows, Diagnostics& diagnostics);

/// How a value stands in the name of its row.
std::string text_of(const nlohmann::json& value);

}  // namespace oauthentic::script
