#pragma once
// The steps of a target file, carried out on pages before the agent's own rules are asked. Pure: no I/O.
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/page_reader.hpp"
#include "core/page_step.hpp"

namespace oauthentic::agent {

/// The steps of one journey. Each is carried out once; where several fit a page the first that is left is
/// taken, so that two pages with one URL are two steps.
class StepReader {
 public:
  explicit StepReader(std::vector<PageStep> steps) : steps_(std::move(steps)) {}

  /// Nothing if no step fits the page: then read_page decides. The decision points into `page`.
  std::optional<Decision> read(const oauth::HtmlPage& page, const PageContext& context);

 private:
  std::optional<Decision> take(std::size_t index, const oauth::HtmlPage& page, const PageContext& context);

  std::vector<PageStep> steps_;
  std::set<std::size_t> done_;
  std::set<std::size_t> waited_;
};

/// The step is for a page of that URL (PageStep::at). A regular expression that is none matches nothing.
bool is_for(std::string_view at, std::string_view url);

}  // namespace oauthentic::agent
