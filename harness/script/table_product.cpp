#include "script/table_product.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "oauth/json_document.hpp"
#include "script/shapes.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

/// The values of a column; nothing if it is neither a list nor the name of one.
std::vector<json> values_of(const json& column) {
  if (column.is_array()) return column;
  if (!column.is_string()) return {};
  const auto named = named_list(column.get<std::string>());
  return {named.begin(), named.end()};
}

}  // namespace

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : oauth::dump(value);
}

void read_product(const Document& document, const json& each, const std::string& at, std::vector<Row>& rows,
                  Diagnostics& diagnostics) {
  std::vector<Row> product(1);
  product.front().values = json::object();
  product.front().place = document.place(at);
  for (const auto& [name, column] : each.items()) {
    const auto values = values_of(column);
    if (values.empty()) {
      diagnostics.add(document.place(pointer_to(at, name)),
                      "a table needs a list, or the name of one: parameter_shapes, altered_values, "
                      "spoiled_values, odd_values");
    }
    std::vector<Row> longer;
    for (const auto& row : product) {
      for (const auto& value : values) {
        auto& next = longer.emplace_back(row);
        next.values[name] = value;
        next.name += fmt::format("{}{}={}", next.name.empty() ? "" : ", ", name, text_of(value));
      }
    }
    product = std::move(longer);
  }
  std::ranges::move(product, std::back_inserter(rows));
}

}  // namespace oauthentic::script
