#include "script/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/suggest.hpp"
#include "oauth/json_document.hpp"
#include "script/document_set.hpp"
#include "script/reader.hpp"

namespace oauthentic::script {

using nlohmann::json;

class LibraryLoader {
 public:
  explicit LibraryLoader(Diagnostics& diagnostics) : diagnostics_(diagnostics), documents_(diagnostics) {}

  std::optional<Library> load(const LibraryOptions& options) {
    if (options.profiles_dir.empty()) {
      documents_.add_embedded();
    } else {
      documents_.add_folder(options.profiles_dir);
    }
    if (!options.scripts_dir.empty()) documents_.add_folder(options.scripts_dir);
    for (const auto& document : documents_.of_kind("requirements"))
      read_requirements(document);
    check_relations();
    read_profiles();
    Names names;
    for (const auto& requirement : library_.requirements)
      names.requirements.insert(requirement.id);
    for (const auto& document : documents_.of_kind("flow")) {
      auto flow = read_flow(document, diagnostics_);
      const auto [at, fresh] = names.flows.try_emplace(flow->id, *flow);
      if (!fresh) diagnostics_.add(flow->place, fmt::format("there is already a flow \"{}\"", flow->id));
    }
    library_.flows = names.flows;
    for (const auto& document : documents_.of_kind("scenarios")) {
      for (auto& scenario : read_scenarios(document, names, diagnostics_))
        add(std::move(scenario));
    }
    refuse_empty();
    if (!diagnostics_.empty()) return std::nullopt;
    return std::move(library_);
  }

 private:
  void read_requirements(const Document& document) {
    const auto& root = document.value();
    const auto spec = root.at("spec").get<std::string>();
    if (library_.specification(spec)) {
      diagnostics_.add(document.place("/spec"), fmt::format("there is already a specification \"{}\"", spec));
    }
    library_.specifications.push_back({spec, root.at("name").get<std::string>(),
                                       root.at("title").get<std::string>(), root.at("url").get<std::string>()});
    const auto& rows = root.at("requirements");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[i];
      const auto pointer = pointer_to("/requirements", i);
      Requirement r;
      r.id = row.at("id").get<std::string>();
      r.spec = spec;
      r.section = row.at("section").get<std::string>();
      r.role = row.at("role").get<std::string>();
      r.level = *level_from(row.at("level").get<std::string>());
      r.summary = row.at("summary").get<std::string>();
      r.why = row.value("why", std::string());
      r.mend = row.value("mend", std::string());
      for (const auto& one : row.value("known", nlohmann::json::array())) {
        r.known.push_back({one.at("id").get<std::string>(), one.at("of").get<std::string>(),
                           one.at("what").get<std::string>(), one.at("url").get<std::string>()});
      }
      r.source = row.value("source", std::vector<std::string>());
      r.same_as = row.value("same_as", std::vector<std::string>());
      r.contradicts = row.value("contradicts", std::vector<std::string>());
      r.excluded = row.value("excluded", std::string());
      const auto place = document.place(pointer_to(pointer, "id"));
      if (!library_.index_.try_emplace(r.id, library_.requirements.size()).second) {
        diagnostics_.add(place, fmt::format("there is already a requirement \"{}\"", r.id));
        continue;
      }
      for (const auto& id : r.source) {
        const auto [at, fresh] = sources_.try_emplace(id, r.id);
        if (!fresh)
          diagnostics_.add(place, fmt::format("source {} is already answered by \"{}\"", id, at->second));
      }
      places_[r.id] = place;
      library_.requirements.push_back(std::move(r));
    }
  }

  /// same_as and contradicts lead to rows that are there; classes of equivalents get one representative.
  void check_relations() {
    const auto ids = all_ids();
    for (const auto& r : library_.requirements) {
      for (const auto* list : {&r.same_as, &r.contradicts}) {
        for (const auto& other : *list) {
          if (library_.index_.contains(other)) continue;
          diagnostics_.add(places_[r.id],
                           fmt::format("unknown requirement \"{}\"{}", other, did_you_mean(other, ids)));
        }
      }
    }
    // The rows are few and the classes small: repeat until nothing changes.
    auto& representative = library_.representative_;
    for (const auto& id : ids)
      representative[id] = id;
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& r : library_.requirements) {
        for (const auto& other : r.same_as) {
          if (!library_.index_.contains(other) || representative[other] == representative[r.id]) continue;
          const auto from = representative[r.id];
          const auto to = representative[other];
          const auto first = library_.index_.find(from)->second < library_.index_.find(to)->second ? from : to;
          for (auto& [unused, its] : representative) {
            if (its == from || its == to) its = first;
          }
          changed = true;
        }
      }
    }
  }

  std::vector<std::string> all_ids() const {
    std::vector<std::string> ids;
    for (const auto& r : library_.requirements)
      ids.push_back(r.id);
    return ids;
  }

  void read_profiles() {
    auto waiting = documents_.of_kind("profile");
    const auto ready = [&](const Document& document) {
      const auto base = document.value().value("extends", std::string());
      return base.empty() || library_.profile(base);
    };
    while (!waiting.empty()) {
      const auto next = std::ranges::find_if(waiting, ready);
      if (next == waiting.end()) {
        for (const auto& document : waiting) {
          const auto base = document.value().at("extends").get<std::string>();
          diagnostics_.add(document.place("/extends"),
                           fmt::format("no profile \"{}\" to extend, or a cycle{}", base,
                                       did_you_mean(base, library_.profile_ids())));
        }
        return;
      }
      read_profile(*next);
      waiting.erase(next);
    }
  }

  void read_profile(const Document& document) {
    const auto& root = document.value();
    Profile profile;
    if (const auto* base = library_.profile(root.value("extends", std::string()))) profile = *base;
    profile.id = root.at("profile").get<std::string>();
    if (library_.profile(profile.id)) {
      diagnostics_.add(document.place("/profile"),
                       fmt::format("there is already a profile \"{}\"", profile.id));
    }
    profile.title = root.at("title").get<std::string>();
    profile.summary = root.value("summary", std::string());
    profile.stance = root.at("stance").get<std::string>();
    for (const auto& [spec, revision] : oauth::member(root, "specifications").items()) {
      if (!library_.specification(spec)) {
        diagnostics_.add(document.place(pointer_to("/specifications", spec)),
                         fmt::format("unknown specification \"{}\"", spec));
      }
      profile.specifications[spec] = revision.get<std::string>();
      for (const auto& r : library_.requirements) {
        if (r.spec == spec) profile.levels.try_emplace(r.id, r.level);
      }
    }
    for (const auto& [id, level] : oauth::member(root, "levels").items()) {
      if (!library_.index_.contains(id)) {
        diagnostics_.add(document.place(pointer_to("/levels", id)),
                         fmt::format("unknown requirement \"{}\"{}", id, did_you_mean(id, all_ids())));
      } else if (const auto value = level_from(level.get<std::string>())) {
        profile.levels[id] = *value;
      } else {
        profile.levels.erase(id);
      }
    }
    std::set<std::pair<std::string, std::string>> opposites;  // it is enough that one of the two says so
    for (const auto& [id, unused] : profile.levels) {
      for (const auto& other : library_.requirement(id)->contradicts) {
        if (profile.levels.contains(other)) opposites.insert(std::minmax(id, other));
      }
    }
    for (const auto& [one, other] : opposites) {
      diagnostics_.add({document.file()},
                       fmt::format("asks for \"{}\" and for its opposite \"{}\"", one, other));
    }
    library_.profiles.push_back(std::move(profile));
  }

  void add(Scenario scenario) {
    const auto same = std::ranges::find(library_.scenarios, scenario.id, &Scenario::id);
    if (same != library_.scenarios.end()) {
      diagnostics_.add(scenario.place, fmt::format("there is already a scenario \"{}\" at {}", scenario.id,
                                                   same->place.file_and_line()));
    }
    library_.scenarios.push_back(std::move(scenario));
  }

  void refuse_empty() {
    const auto refuse = [&](bool empty, const char* what) {
      if (empty && diagnostics_.empty()) diagnostics_.add({"profiles"}, fmt::format("there are no {}", what));
    };
    refuse(library_.requirements.empty(), "requirements");
    refuse(library_.profiles.empty(), "profiles");
    refuse(library_.flows.empty(), "flows");
    refuse(library_.scenarios.empty(), "scenarios");
  }

  Diagnostics& diagnostics_;
  DocumentSet documents_;
  Library library_;
  std::map<std::string, Place> places_;
  std::map<std::string, std::string> sources_;
};

const Requirement* Library::requirement(std::string_view id) const {
  const auto at = index_.find(id);
  return at == index_.end() ? nullptr : &requirements[at->second];
}

const Specification* Library::specification(std::string_view id) const {
  const auto at = std::ranges::find(specifications, id, &Specification::id);
  return at == specifications.end() ? nullptr : &*at;
}

const Profile* Library::profile(std::string_view id) const {
  const auto at = std::ranges::find(profiles, id, &Profile::id);
  return at == profiles.end() ? nullptr : &*at;
}

std::vector<std::string> Library::profile_ids() const {
  std::vector<std::string> ids;
  for (const auto& profile : profiles)
    ids.push_back(profile.id);
  return ids;
}

const std::string& Library::representative(const std::string& requirement) const {
  const auto at = representative_.find(requirement);
  return at == representative_.end() ? requirement : at->second;
}

std::vector<std::string> Library::equivalents(const std::string& requirement) const {
  std::vector<std::string> ids;
  for (const auto& r : requirements) {
    if (representative(r.id) == representative(requirement)) ids.push_back(r.id);
  }
  return ids;
}

std::optional<Library> load_library(const LibraryOptions& options, Diagnostics& diagnostics) {
  return LibraryLoader(diagnostics).load(options);
}

}  // namespace oauthentic::script
