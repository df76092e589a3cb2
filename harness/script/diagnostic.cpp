#include "script/diagnostic.hpp"

#include <fmt/format.h>

namespace oauthentic::script {

std::string Place::to_string() const {
  return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

std::string Place::file_and_line() const {
  return line == 0 ? file : fmt::format("{}:{}", file, line);
}

std::string Diagnostics::to_string() const {
  std::string text;
  for (const auto& one : all_)
    text += one.to_string() + "\n";
  return text;
}

}  // namespace oauthentic::script
