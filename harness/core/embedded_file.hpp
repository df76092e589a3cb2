#pragma once
// Files of the source tree that are part of the program (see scripts/cmake/EmbedFiles.cmake).
#include <span>
#include <string_view>

namespace oauthentic {

struct EmbeddedFile {
  std::string_view path;  ///< relative to the folder that was embedded, with forward slashes
  std::string_view text;  ///< the octets of the file, as they stand in the tree
};

/// Everything below profiles/: requirements, flows, scenarios, schemas, profiles, presets.
std::span<const EmbeddedFile> profile_files();

/// Everything below reports/assets/: the template, style and script of the HTML report.
std::span<const EmbeddedFile> report_assets();

}  // namespace oauthentic
