#include "script/document_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/embedded_file.hpp"
#include "script/file.hpp"
#include "script/schema.hpp"

namespace oauthentic::script {

namespace {

constexpr std::string_view kPresets = "providers/";

bool is_yaml(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

}  // namespace

void DocumentSet::add_embedded() {
  for (const auto& file : profile_files()) {
    if (is_yaml(file.path) && !file.path.starts_with(kPresets))
      add("profiles/" + std::string(file.path), file.text);
  }
}

void DocumentSet::add_folder(const std::string& folder) {
  std::error_code code;
  std::vector<std::string> paths;
  for (std::filesystem::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code)) {
    if (std::error_code unreadable; it->is_regular_file(unreadable)) paths.push_back(it->path().string());
  }
  if (code) return diagnostics_.add({folder}, fmt::format("cannot read the folder: {}", code.message()));
  std::ranges::sort(paths);
  const auto before = documents_.size();
  for (const auto& path : paths) {
    if (!is_yaml(path)) continue;
    if (std::filesystem::path(path).lexically_relative(folder).generic_string().starts_with(kPresets)) continue;
    std::string error;
    if (const auto text = read_file(path, error)) {
      add(path, *text);
    } else {
      diagnostics_.add({path}, error);
    }
  }
  if (documents_.size() == before && diagnostics_.empty()) {
    diagnostics_.add({folder}, "the folder holds no scripts (*.yaml)");
  }
}

void DocumentSet::add(const std::string& path, std::string_view text) {
  auto document = Document::parse(text, path, diagnostics_);
  if (!document) return;
  const auto& root = document->value();
  for (const auto* kind : {"requirements", "profile", "scenarios", "flow"}) {
    if (!root.is_object() || !root.contains(kind)) continue;
    if (check_schema(*document, kind, diagnostics_)) documents_.emplace_back(kind, std::move(*document));
    return;
  }
  diagnostics_.add({path}, "neither requirements nor a profile, a flow or scenarios");
}

std::vector<Document> DocumentSet::of_kind(std::string_view kind) const {
  std::vector<Document> found;
  for (const auto& [its, document] : documents_) {
    if (its == kind) found.push_back(document);
  }
  return found;
}

}  // namespace oauthentic::script
