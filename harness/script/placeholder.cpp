#include "script/placeholder.hpp"

#include <algorithm>

#include "core/message.hpp"
#include "oauth/json_document.hpp"
#include "script/document.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

struct Piece {
  std::string_view literal;
  std::string_view path;  ///< empty after the last literal
  bool unclosed = false;
};

/// Splits a text at its placeholders: each piece is a literal and the placeholder after it.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  for (;;) {
    const auto open = text.find("{{");
    if (open == std::string_view::npos) {
      pieces.push_back({text, {}});
      return pieces;
    }
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) {
      pieces.push_back({text, {}, true});
      return pieces;
    }
    const auto path = trim(text.substr(open + 2, close - open - 2));
    // An empty one stands for itself, so that it is told as unknown.
    pieces.push_back({text.substr(0, open), path.empty() ? text.substr(open, close + 2 - open) : path});
    text.remove_prefix(close + 2);
  }
}

std::string as_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : oauth::dump(value);
}

json substitute_text(const std::string& text, const Lookup& lookup, std::string& missing) {
  const auto pieces = pieces_of(text);
  if (pieces.size() == 1) return text;
  const bool whole = pieces.size() == 2 && pieces[0].literal.empty() && pieces[1].literal.empty();
  std::string out;
  for (const auto& piece : pieces) {
    out += piece.literal;
    if (piece.path.empty()) continue;
    const auto value = lookup(std::string(piece.path));
    if (!value) {
      if (missing.empty()) missing = piece.path;
      return nullptr;
    }
    if (whole) return *value;
    out += as_text(*value);
  }
  return out;
}

}  // namespace

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> paths;
  for (const auto& piece : pieces_of(text)) {
    if (piece.unclosed) paths.emplace_back("{{");
    if (!piece.path.empty()) paths.emplace_back(piece.path);
  }
  return paths;
}

void for_each_text(const json& value, const std::string& pointer,
                   const std::function<void(const std::string&, const std::string&)>& seen) {
  if (value.is_string()) {
    seen(value.get_ref<const std::string&>(), pointer);
  } else if (value.is_object()) {
    for (const auto& [name, part] : value.items()) {
      seen(name, pointer_to(pointer, name));
      for_each_text(part, pointer_to(pointer, name), seen);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      for_each_text(value[i], pointer_to(pointer, i), seen);
  }
}

json substitute(const json& value, const Lookup& lookup, std::string& missing) {
  if (value.is_string()) return substitute_text(value.get_ref<const std::string&>(), lookup, missing);
  if (value.is_array()) {
    json out = json::array();
    for (const auto& part : value)
      out.push_back(substitute(part, lookup, missing));
    return out;
  }
  if (value.is_object()) {
    json out = json::object();
    for (const auto& [name, part] : value.items()) {
      out[as_text(substitute_text(name, lookup, missing))] = substitute(part, lookup, missing);
    }
    return out;
  }
  return value;
}

const json* at_path(const json& root, std::string_view path) {
  const json* at = &root;
  for (const auto name : split(path, '.')) {
    if (at->is_object()) {
      const auto found = at->find(name);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array() && !name.empty() &&
               std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) {
      const auto index = name.size() < 7 ? std::stoul(std::string(name)) : at->size();
      if (index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at;
}

}  // namespace oauthentic::script
