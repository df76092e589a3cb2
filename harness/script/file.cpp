#include "script/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace oauthentic::script {

std::optional<std::string> read_file(const std::string& path, std::string& error) {
  constexpr std::uintmax_t kMaxOctets = 16 * 1024 * 1024;
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) {
    error = fmt::format("cannot read {}: it is a folder", path);
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    error = fmt::format("cannot read {}: {}", path, std::strerror(errno));
    return std::nullopt;
  }
  std::string text;
  char buffer[64 * 1024];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxOctets) {
      error = fmt::format("cannot read {}: it is over {} MiB", path, kMaxOctets >> 20);
      return std::nullopt;
    }
  }
  return text;
}

}  // namespace oauthentic::script
