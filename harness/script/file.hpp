#pragma once
// Reading the files that a user names.
#include <optional>
#include <string>

namespace oauthentic::script {

/// The whole file, up to 16 MiB; on failure nothing, and `error` says why ("cannot read x.yaml: No such file or
/// directory").
std::optional<std::string> read_file(const std::string& path, std::string& error);

}  // namespace oauthentic::script
