#pragma once
// A profile: which requirements are asked for, and how strictly. Judging needs a journal, not a provider.
#include <map>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "core/requirement.hpp"

namespace oauthentic {

struct Profile {
  std::string id;     ///< "oauth-2.0-bcp"
  std::string title;  ///< "OAuth 2.0 with the Security Best Current Practice"
  std::string summary;
  std::string stance;                                 ///< the stance of the mock that this profile calls clean
  std::map<std::string, std::string> specifications;  ///< id → the revision that is judged by
  std::map<std::string, Level> levels;                ///< requirement id → level; absent means not asked for
};

/// An outcome seen through a profile.
enum class Verdict {
  pass,
  fail,
  warn,
  info,
  inconclusive,
  not_applicable,
  not_observed,   ///< it could have been, and was not
  not_checkable,  ///< excluded from the catalogue's checks, with a reason
  harness_error
};
std::string_view to_string(Verdict verdict);

/// What a result is at a level: violated is fail (MUST), warn (SHOULD) or info (MAY).
Verdict verdict_of(Result result, Level level);

}  // namespace oauthentic
