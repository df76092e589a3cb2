#include "core/message.hpp"

#include <algorithm>

namespace oauthentic {

namespace {
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

bool iequals(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

void Headers::add(std::string name, std::string value) {
  fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  const auto same = [&](const Header& h) { return iequals(h.name, name); };
  const auto first = std::ranges::find_if(fields_, same);
  if (first == fields_.end()) return add(std::string(name), std::move(value));
  first->value = std::move(value);
  fields_.erase(std::remove_if(std::next(first), fields_.end(), same), fields_.end());
}

std::size_t Headers::remove(std::string_view name) {
  return std::erase_if(fields_, [&](const Header& h) { return iequals(h.name, name); });
}

const std::string* Headers::find(std::string_view name) const {
  const auto at = std::ranges::find_if(fields_, [&](const Header& h) { return iequals(h.name, name); });
  return at == fields_.end() ? nullptr : &at->value;
}

std::string_view Headers::value(std::string_view name) const {
  const auto* found = find(name);
  return found ? std::string_view(*found) : std::string_view();
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& h : fields_) {
    if (iequals(h.name, name)) values.push_back(h.value);
  }
  return values;
}

std::string_view to_string(Framing framing) {
  switch (framing) {
    case Framing::length:
      return "length";
    case Framing::chunked:
      return "chunked";
    case Framing::http_1_0:
      return "http_1_0";
  }
  return "";
}

std::optional<Framing> framing_from(std::string_view text) {
  for (const auto framing : {Framing::length, Framing::chunked, Framing::http_1_0}) {
    if (to_string(framing) == text) return framing;
  }
  return std::nullopt;
}

std::string Response::media_type() const {
  const auto value = headers.value("Content-Type");
  return to_lower(trim(value.substr(0, value.find(';'))));
}

}  // namespace oauthentic
