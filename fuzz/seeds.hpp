#pragma once
// The inputs of the targets as they stand in the tree: corpus/TARGET and crashes/TARGET.
#include <filesystem>
#include <string>
#include <vector>

namespace oauthentic::fuzz {

const std::filesystem::path& fuzz_folder();
/// Files and folders in it, sorted; none if there is no such folder.
std::vector<std::filesystem::path> entries(const std::filesystem::path& path);
std::string read_input(const std::filesystem::path& path);

}  // namespace oauthentic::fuzz
