#include "reports/template.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/embedded_file.hpp"
#include "oauth/encoding.hpp"
#include "oauth/pkce.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data to_data(const nlohmann::json& value) {
  if (value.is_object()) {
    data object(data::type::object);
    for (const auto& [name, member] : value.items())
      object[name] = to_data(member);
    return object;
  }
  if (value.is_array()) {
    data list(data::type::list);
    for (const auto& item : value)
      list.push_back(to_data(item));
    return list;
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? data(false) : data(text);
  }
  if (value.is_number()) return {value.dump()};
  return {value.is_boolean() && value.get<bool>()};
}

}  // namespace

std::string_view asset(std::string_view path) {
  const auto files = report_assets();
  const auto at = std::ranges::find(files, path, &EmbeddedFile::path);
  if (at == files.end()) throw std::logic_error(fmt::format("no such file in reports/assets: {}", path));
  return at->text;
}

std::string source_hash(std::string_view text) {
  return "'sha256-" + oauth::base64_encode(oauth::sha256(text)) + "'";
}

struct Template::Impl {
  mutable mustache parsed;
};

Template::Template(std::string_view path) : impl_(new Impl{mustache(std::string(asset(path)))}) {
  if (!impl_->parsed.is_valid())
    throw std::logic_error(fmt::format("{}: {}", path, impl_->parsed.error_message()));
  impl_->parsed.set_custom_escape([](const std::string& text) { return escape_markup(text); });
}

Template::~Template() = default;

std::string Template::render(const nlohmann::json& values) const {
  std::string out;
  impl_->parsed.render(to_data(values), [&out](const std::string& part) { out += part; });
  return out;
}

}  // namespace oauthentic::reports
