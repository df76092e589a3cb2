#pragma once
// Everything that a run is made of: specifications, requirements, profiles, flows and scenarios; from the
// program itself, or from a folder that overrides it, with the user's own scripts on top.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/profile.hpp"
#include "core/requirement.hpp"
#include "script/scenario.hpp"

namespace oauthentic::script {

struct Library {
  std::vector<Specification> specifications;
  std::vector<Requirement> requirements;  ///< in the order of their specifications and rows
  std::vector<Profile> profiles;
  std::map<std::string, Flow> flows;
  std::vector<Scenario> scenarios;

  const Requirement* requirement(std::string_view id) const;
  const Specification* specification(std::string_view id) const;
  const Profile* profile(std::string_view id) const;
  std::vector<std::string> profile_ids() const;
  /// The requirement that speaks for all that are `same_as` each other: the first one of the class.
  const std::string& representative(const std::string& requirement) const;
  /// The members of its class, itself among them.
  std::vector<std::string> equivalents(const std::string& requirement) const;

 private:
  friend class LibraryLoader;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, std::string> representative_;
};

struct LibraryOptions {
  std::string profiles_dir;  ///< instead of what is in the program; empty: the program's
  std::string scripts_dir;   ///< the user's own flows and scenarios, in addition; empty: none
};

/// Nothing if there was any mistake; `diagnostics` tells all of them.
std::optional<Library> load_library(const LibraryOptions& options, Diagnostics& diagnostics);

}  // namespace oauthentic::script
