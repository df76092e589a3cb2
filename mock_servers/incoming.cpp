#include "mock_servers/incoming.hpp"

#include <algorithm>

namespace oauthentic::mock {

Incoming::Incoming(const Request& request, Time now) : request(request), now(now) {
  std::string_view target = request.url;
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos)
    target.remove_prefix(scheme + 3);
  target = target.substr(0, target.find('#'));
  const auto slash = target.find_first_of("/?");
  target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  const auto mark = target.find('?');
  path = mark == 0 ? std::string_view("/") : target.substr(0, mark);
  if (mark != std::string_view::npos) query = target.substr(mark + 1);
}

namespace {

bool is_of_type(const Request& request, std::string_view type) {
  const auto types = request.headers.all("Content-Type");
  return types.size() == 1 && iequals(trim(types.front().substr(0, types.front().find(';'))), type);
}

}  // namespace

bool Incoming::has_form() const {
  return is_of_type(request, "application/x-www-form-urlencoded");
}

bool Incoming::has_json() const {
  return is_of_type(request, "application/json");
}

std::optional<std::string_view> Incoming::cookie(std::string_view name) const {
  for (const auto field : request.headers.all("Cookie")) {
    for (auto pair : split(field, ';')) {
      pair = trim(pair);
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        return pair.substr(name.size() + 1);
      }
    }
  }
  return std::nullopt;
}

Form::Form(std::string_view text, FormReading reading) {
  if (auto strict = oauth::form_decode(text)) {
    parameters_ = std::move(*strict);
  } else {
    // Read on, so that the client and its redirect URI can be found and the error be told at the right place.
    malformed_ = true;
    parameters_ = oauth::form_decode_leniently(text);
  }
  note_repetitions();
  if (!reading.empty_counts) std::erase_if(parameters_, [](const auto& p) { return p.value.empty(); });
}

void Form::note_repetitions() {
  std::vector<std::string_view> names;
  names.reserve(parameters_.size());
  for (const auto& parameter : parameters_)
    names.push_back(parameter.name);
  std::ranges::sort(names);
  for (auto at = std::ranges::adjacent_find(names); at != names.end();
       at = std::adjacent_find(at, names.end())) {
    if (*at != "resource") repeated_.emplace_back(*at);
    const auto repeated = *at;
    at = std::find_if(at, names.end(), [&](auto name) { return name != repeated; });
  }
}

bool Form::repeats(std::string_view name) const {
  return std::ranges::find(repeated_, name) != repeated_.end();
}

bool Form::has_other_than(std::span<const std::string_view> names) const {
  const auto known = [&](const auto& parameter) {
    return std::ranges::find(names, parameter.name) != names.end();
  };
  return !std::ranges::all_of(parameters_, known);
}

bool Form::unclean(std::span<const std::string_view> names) const {
  return std::ranges::any_of(parameters_, [&](const auto& parameter) {
    return std::ranges::find(names, parameter.name) != names.end() && !is_clean(parameter.value);
  });
}

bool is_clean(std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::ranges::none_of(text, control) && oauth::is_utf8(text);
}

}  // namespace oauthentic::mock
