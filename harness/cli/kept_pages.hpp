#pragma once
// Pages at which an agent was at a loss, or of which a browser took a picture, kept as files for a person.
#include <mutex>
#include <string>

#include "session/world.hpp"

namespace oauthentic::cli {

/// Writes pages into a folder that is made with the first of them. May be used from several threads.
class KeptPages {
 public:
  static constexpr std::size_t kMost = 200;

  /// The pages go to `out`/pages.
  explicit KeptPages(std::string out) : out_(std::move(out)) {}

  /// Writes its HTML and its picture. The path below `out`, without ending for a page that has both; empty if
  /// nothing was written.
  std::string keep(const session::PageSeen& page);
  std::size_t count() const { return count_; }

 private:
  std::string out_;
  std::mutex mutex_;
  std::size_t count_ = 0;
};

}  // namespace oauthentic::cli
