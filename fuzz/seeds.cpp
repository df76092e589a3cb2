#include "fuzz/seeds.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace oauthentic::fuzz {

const std::filesystem::path& fuzz_folder() {
  static const std::filesystem::path path = std::filesystem::path(OAUTHENTIC_SOURCE_DIR) / "fuzz";
  return path;
}

std::vector<std::filesystem::path> entries(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::is_directory(path)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(path))
    found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::string read_input(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace oauthentic::fuzz
