#include "session/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>

namespace oauthentic::session {

namespace {

using namespace std::string_literals;

constexpr std::size_t kLong = 65'536;
constexpr std::size_t kLongInUrl = 4'096;  // longer ones are refused by servers before anybody reads them

char other_case(unsigned char c) {
  return static_cast<char>(std::isupper(c) ? std::tolower(c) : std::toupper(c));
}

/// What stands behind the value, by shape.
const std::map<std::string_view, std::string>& endings() {
  static const std::map<std::string_view, std::string> all = {
      {"long", std::string(kLong, 'k')},
      {"nul", "\0more"s},
      {"control", "\x01"},
      {"line_break", "\r\nX-Oauthentic-Added: 1"},
      {"latin1", "\xE9"},
      {"overlong", "\xC0\xAF"},
      {"surrogate", "\xED\xA0\x80"},
      {"emoji", "\xF0\x9F\x94\x91"},
      {"quote", "'\"<"},
  };
  return all;
}

/// A value that is altered and then encoded as any other.
bool alter(std::string& value, std::string_view shape) {
  if (const auto ending = endings().find(shape); ending != endings().end()) {
    value += ending->second;
  } else if (shape == "empty") {
    value.clear();
  } else if (shape == "other_case") {
    std::ranges::transform(value, value.begin(), other_case);
  } else if (shape == "doubled") {
    value += value;
  } else if (shape == "cut") {
    if (!value.empty()) value.pop_back();
  } else {
    return false;
  }
  return true;
}

/// A name that is altered.
bool rename(std::string& name, std::string_view shape) {
  if (shape == "array") {
    name += "[]";
  } else if (shape == "map") {
    name += "[a]";
  } else if (shape == "other_name") {
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  } else {
    return false;
  }
  return true;
}

/// Octets that are no encoding of anything.
bool spoil(std::string& value, std::string_view shape, std::vector<RawValue>& raw) {
  if (shape != "bad_escape" && shape != "cut_escape") return false;
  auto stand_in = fmt::format("oauthentic-raw-{}", raw.size());
  raw.push_back({stand_in, oauth::form_encode(value) + (shape == "bad_escape" ? "%zz" : "%")});
  value = std::move(stand_in);
  return true;
}

}  // namespace

void reshape(std::vector<PlacedParameter>& parameters, std::string_view name, std::string_view shape,
             std::vector<RawValue>& raw) {
  if (shape == "missing") {
    std::erase_if(parameters, [&](const PlacedParameter& parameter) { return parameter.name == name; });
    return;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name != name) continue;
    if (shape == "twice") {
      parameters.insert(parameters.begin() + static_cast<std::ptrdiff_t>(i), parameters[i]);
      return;
    }
    if (shape == "long" && parameters[i].where == PlacedIn::query) {
      parameters[i].value += std::string(kLongInUrl, 'k');
      continue;
    }
    if (!alter(parameters[i].value, shape) && !rename(parameters[i].name, shape) &&
        !spoil(parameters[i].value, shape, raw)) {
      throw HarnessError(fmt::format("there is no shape \"{}\" of a parameter", shape));
    }
  }
}

std::string encoded_in_shape(std::string value, std::string_view shape) {
  std::vector<RawValue> raw;
  if (shape == "long") {
    value += std::string(kLongInUrl, 'k');
  } else if (!alter(value, shape) && !spoil(value, shape, raw)) {
    throw HarnessError(fmt::format("there is no shape \"{}\" of a value", shape));
  }
  return raw.empty() ? oauth::form_encode(value) : raw.front().octets;
}

void put_raw(std::string& text, const std::vector<RawValue>& raw) {
  for (const auto& one : raw) {
    if (const auto at = text.find(one.stand_in); at != std::string::npos)
      text.replace(at, one.stand_in.size(), one.octets);
  }
}

}  // namespace oauthentic::session
