#pragma once
// The documents that a library is read from, by what they hold.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/document.hpp"

namespace oauthentic::script {

/// What is no script is told in the diagnostics and left out. Targets for well-known providers (providers/) are
/// no part of a library and are passed over.
class DocumentSet {
 public:
  explicit DocumentSet(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  /// Those within the program.
  void add_embedded();
  /// Those of a folder and the folders in it, in the order of their paths.
  void add_folder(const std::string& folder);

  /// Those that follow the schema of `kind`: "requirements", "profile", "flow" or "scenarios".
  std::vector<Document> of_kind(std::string_view kind) const;

 private:
  void add(const std::string& path, std::string_view text);

  Diagnostics& diagnostics_;
  std::vector<std::pair<std::string, Document>> documents_;
};

}  // namespace oauthentic::script
