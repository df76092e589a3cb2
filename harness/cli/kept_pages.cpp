#include "cli/kept_pages.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/outputs.hpp"
#include "cli/streams.hpp"
#include "core/message.hpp"

namespace oauthentic::cli {

namespace {

/// A name for a file that says what it is of: "pkce-verifier-mismatch-confidential-authorize".
std::string file_stem(const std::string& id) {
  constexpr std::size_t kMost = 120;
  std::string stem;
  for (const char c : id.substr(0, kMost)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      stem += c;
    } else if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
  }
  return stem;
}

}  // namespace

std::string KeptPages::keep(const session::PageSeen& page) {
  if (page.body.empty() && page.screenshot.empty()) return {};
  const std::lock_guard lock(mutex_);
  if (count_ >= kMost) return {};
  const auto folder = std::filesystem::path(out_) / "pages";
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return {};
  const auto stem = fmt::format("{:03}-{}", count_ + 1, file_stem(page.id));
  std::string written;
  std::string error;
  for (const auto& [ending, text] : {std::pair(".html", &page.body), std::pair(".png", &page.screenshot)}) {
    if (text->empty()) continue;
    if (!write_file((folder / (stem + ending)).string(), *text, error)) {
      say("{}\n", error);
      return {};
    }
    written = written.empty() ? stem + ending : stem;
  }
  ++count_;
  return "pages/" + written;
}

}  // namespace oauthentic::cli
