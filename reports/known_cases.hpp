#pragma once
// Where a requirement is known to have been broken, for every writer of JSON and every template.
#include "core/requirement.hpp"

namespace oauthentic::reports {

/// Each case with its id, the product, what was wrong and where it can be read; Json is either of nlohmann's.
template <class Json>
Json known_cases(const Requirement& requirement) {
  auto known = Json::array();
  for (const auto& one : requirement.known)
    known.push_back({{"id", one.id}, {"of", one.of}, {"what", one.what}, {"url", one.url}});
  return known;
}

}  // namespace oauthentic::reports
