#pragma once
// The HTML report's parts, each a piece of finished markup. The page is put together from them in html.cpp.
#include <string>

#include "reports/evidence.hpp"
#include "reports/template.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

/// At most this much of a body is shown.
inline constexpr std::size_t kMaxBodyShown = 16 * 1024;

/// The scenario that shows the whole of OAuth at once: flow/third_party_sign_in. Null if it was not run.
const ScenarioRun* third_party_sign_in(const RunRecord& run);

/// What all parts of one page share.
struct Page {
  const View& view;
  const ScenarioRun* sign_in;  ///< the third-party sign-in, if it was run
  EvidencePlan evidence;
  Template exchange{"exchange.mustache"};
  Template requirement{"requirement.mustache"};

  explicit Page(const View& of) : view(of), sign_in(third_party_sign_in(of.run())), evidence(of, sign_in) {}
};

/// The exchanges of these ids, one after the other; those that were not recorded are left out.
std::string exchange_fragments(const Page& page, const std::vector<std::string>& ids);
/// One request and its answer, with their decoded forms and the command that repeats it.
std::string exchange_fragment(const Page& page, const Exchange& exchange);
/// One requirement with everything that is known about it.
std::string requirement_fragment(const Page& page, const Finding& finding);
/// Everything above the specifications: head, verdicts, the sign-in, what to mend first, what was not decided,
/// the filters.
std::string opening_fragment(const Page& page);
/// Everything below them, with the script.
std::string closing_fragment(const Page& page);

/// Counts as one bar, inline SVG with a text alternative. `counts` in any order; empty if there is nothing to
/// count.
std::string bar_fragment(const std::map<Verdict, std::size_t>& counts);

/// "verdict-fail": the class that gives a verdict its colour.
std::string verdict_class(Verdict verdict);

}  // namespace oauthentic::reports
