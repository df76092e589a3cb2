// Property: metadata of any shape is judged without exception; each problem names a member first, a member that
// nobody knows changes nothing, and the judgement depends on the document alone.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"

namespace oauthentic::fuzz {

namespace {

void check(const nlohmann::json& metadata) {
  const auto problems = oauth::metadata_problems(metadata);
  for (const auto& problem : problems) {
    require(problem.ends_with('.') && problem.find(' ') != std::string::npos, "a problem is a sentence",
            problem);
    require(problem.find('\n') == std::string::npos, "a problem stays on its line", problem);
  }
  for (const auto& member : oauth::metadata_list_members())
    static_cast<void>(oauth::metadata_list(metadata, member));
  if (!metadata.is_object()) return require(!problems.empty(), "what is no object is a problem");
  auto more = metadata;
  more["x_nobody_knows_this"] = metadata;
  require(oauth::metadata_problems(more) == problems, "an unknown member changes nothing");
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(metadata, input) {
  const auto document = oauth::parse_json(input);
  if (!document) return;
  check(*document);
  if (!document->is_object() || document->empty() || document->size() > 40) return;
  // The same document with each member in the place of another: every type where another is expected.
  auto values = *document;
  const auto first = *document->begin();
  for (auto at = values.begin(); at != values.end(); ++at) {
    const auto next = std::next(at);
    *at = next == values.end() ? first : *next;
  }
  check(values);
}

}  // namespace oauthentic::fuzz
