#include "run/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "core/suggest.hpp"
#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "script/placeholder.hpp"
#include "session/session.hpp"

namespace oauthentic::run {

using nlohmann::json;

namespace {

constexpr std::size_t kRowsPerBlock = 12;

class Planner {
 public:
  Planner(const script::Library& library, const session::World& world, const Selection& selection)
      : library_(library), world_(world), selection_(selection) {
    for (const auto* profile : selection.profiles) {
      for (const auto& [id, unused] : profile->levels)
        asked_.insert(library.representative(id));
    }
    for (const auto& requirement : library.requirements) {
      const auto fits = [&](const auto& glob) { return glob_matches(glob, requirement.id); };
      if (std::ranges::any_of(selection.only, fits)) only_.insert(library.representative(requirement.id));
    }
  }

  Plan run() {
    for (const auto& scenario : library_.scenarios)
      add(scenario);
    in_order_of_rank();
    return std::move(plan_);
  }

 private:
  static constexpr std::size_t kMostMadeRows = 64;

  static int rank(const Block& block) { return block.alone ? 2 : block.waits ? 0 : 1; }

  /// What waits starts first, so that the rest fills the time; what disturbs others comes last.
  void in_order_of_rank() {
    std::vector<Block> ordered;
    for (const int wanted : {0, 1, 2}) {
      for (auto& block : plan_.blocks) {
        if (rank(block) == wanted) ordered.push_back(std::move(block));
      }
    }
    plan_.blocks = std::move(ordered);
  }

  void leave_out(const script::Scenario& scenario, std::string reason, std::optional<Result> result) {
    plan_.left_out.push_back({&scenario, nullptr, std::move(reason), result});
  }

  bool selected(const script::Scenario& scenario) const {
    const auto ids = scenario.requirements();
    const auto asked = [&](const std::string& id) { return asked_.contains(library_.representative(id)); };
    if (std::ranges::none_of(ids, asked)) return false;
    if (selection_.only.empty()) return true;
    const auto fits = [&](const auto& glob) {
      return glob_matches(glob, scenario.id) || glob_matches(glob, scenario.topic);
    };
    if (std::ranges::any_of(selection_.only, fits)) return true;
    return std::ranges::any_of(ids,
                               [&](const auto& id) { return only_.contains(library_.representative(id)); });
  }

  void add(const script::Scenario& scenario) {
    if (!selected(scenario)) return leave_out(scenario, "not selected", std::nullopt);
    if (const auto reason = scenario.not_yet(); !reason.empty())
      return leave_out(scenario, reason, std::nullopt);
    for (const auto& need : scenario.needs) {
      if (!world_.discovery.capabilities.contains(need)) return leave_out_for_lack_of(scenario, need);
    }
    if (!scenario.only_when_asked.empty() && !selection_.allowed.contains(scenario.only_when_asked)) {
      return leave_out(scenario, fmt::format("only with --allow {}", scenario.only_when_asked), std::nullopt);
    }
    const auto clients = clients_of(scenario);
    if (std::ranges::find(clients, nullptr) != clients.end()) {
      return leave_out_for_lack_of_client(scenario);
    }
    const auto wait = longest_wait(scenario);
    if (world_.target->clock_header.empty() && wait > selection_.max_wait) {
      return leave_out(scenario,
                       fmt::format("it waits {} s; allow that with --max-wait {}", wait.count(), wait.count()),
                       Result::inconclusive);
    }
    plan_.longest_wait = std::max(plan_.longest_wait, wait);
    for (const auto* client : clients)
      add_rows(scenario, *client, wait);
  }

  /// What the provider does not claim does not apply to it. What the tester did not supply leaves the question
  /// open, unless the target file says that there is no such thing.
  void leave_out_for_lack_of(const script::Scenario& scenario, const std::string& need) {
    const auto hint = supplied_by(need);
    if (hint.empty() || denied(need))
      return leave_out(scenario, fmt::format("the target does not offer {}", need), Result::not_applicable);
    leave_out(scenario,
              fmt::format(
                  "the target file lacks {}; add it, or say that there is none: capabilities: {{ {}: false }}",
                  hint, need),
              Result::inconclusive);
  }

  void leave_out_for_lack_of_client(const script::Scenario& scenario) {
    if (!scenario.client.empty()) {
      const auto capability = scenario.client + "_client";
      if (denied(capability)) {
        return leave_out(scenario, fmt::format("the target has no client \"{}\"", scenario.client),
                         Result::not_applicable);
      }
      return leave_out(scenario,
                       fmt::format("the target file names no client \"{}\"; add it, or say that there is none: "
                                   "capabilities: {{ {}: false }}",
                                   scenario.client, capability),
                       Result::inconclusive);
    }
    std::string wanted;
    for (const auto& [slot, values] : scenario.when)
      wanted += fmt::format("{}{} {}", wanted.empty() ? "" : ", ", slot, fmt::join(values, " or "));
    leave_out(scenario, fmt::format("the target file names no client with {}", wanted), Result::inconclusive);
  }

  bool denied(const std::string& capability) const {
    const auto said = world_.target->capabilities.find(capability);
    return said != world_.target->capabilities.end() && !said->second;
  }

  /// Where in the target file the tester names it; empty for what the provider itself claims.
  static std::string_view supplied_by(std::string_view need) {
    static constexpr std::pair<std::string_view, std::string_view> kSupplied[] = {
        {"api", "an `api`"},
        {"api_scopes", "a second `api` of another scope"},
        {"second_client", "`clients: other`"},
        {"second_user", "`other_user`"},
        {"second_redirect_uri", "a second redirect URI (`redirect_uris`)"},
        {"web_redirect_uri", "an https redirect URI that is not on loopback (`redirect_uris`)"},
        {"loopback_redirect_uri", "`clients: public` with an http redirect URI on a loopback address"},
        {"relying_party", "a `relying_party`"}};
    const auto* at = std::ranges::find(kSupplied, need, &std::pair<std::string_view, std::string_view>::first);
    return at == std::end(kSupplied) ? std::string_view() : at->second;
  }

  std::chrono::seconds longest_wait(const script::Scenario& scenario) const {
    std::chrono::seconds total{0};
    auto steps = scenario.steps;
    steps.insert(steps.end(), scenario.cleanup.begin(), scenario.cleanup.end());
    for (const auto& step : steps) {
      if (step.verb != "wait") continue;
      const auto& most = oauth::member(step.arguments, "at_most");
      const auto& duration = most.is_number() ? most : oauth::member(step.arguments, "for");
      if (duration.is_number()) {
        total += std::chrono::seconds(duration.get<long>());
      } else if (duration == "{{target.code_lifetime}}") {
        total += world_.target->code_lifetime;
      } else if (duration == "{{target.refresh_grace}}") {
        total += world_.target->refresh_grace;
      } else if (duration.is_string()) {
        long seconds = 0;
        const auto& text = duration.get_ref<const std::string&>();
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
        // What a provider says may be anything: that is only waited for where any wait is allowed.
        constexpr std::chrono::hours kUnknown{24};
        total += parsed.ec == std::errc() ? std::chrono::seconds(seconds) : std::chrono::seconds(kUnknown);
      }
    }
    return total * scenario.rounds;
  }

  /// The clients that a scenario runs with: its own, the primary one, or one of each authentication method.
  std::vector<const script::Client*> clients_of(const script::Scenario& scenario) const {
    const auto only = [&](const script::Client* client) -> std::vector<const script::Client*> {
      return {client && allowed_when(scenario, *client) ? client : nullptr};
    };
    if (!scenario.client.empty()) return only(world_.client(scenario.client));
    if (std::ranges::find(scenario.varies_with, "client_authentication") == scenario.varies_with.end()) {
      return only(&world_.primary_client());
    }
    std::vector<const script::Client*> clients;
    std::set<oauth::AuthenticationMethod> methods;
    for (const auto* name : {"confidential", "public", "post", "jwt"}) {
      const auto* client = world_.client(name);
      if (client && allowed_when(scenario, *client) && methods.insert(client->authentication).second) {
        clients.push_back(client);
      }
    }
    if (clients.empty()) clients.push_back(nullptr);
    return clients;
  }

  static bool allowed_when(const script::Scenario& scenario, const script::Client& client) {
    for (const auto& [slot, values] : scenario.when) {
      const std::string value =
          slot == "client"
              ? (client.authentication == oauth::AuthenticationMethod::none ? "public" : "confidential")
          : slot == "client_authentication" ? std::string(to_string(client.authentication))
                                            : std::string();
      if (std::ranges::find(values, value) == values.end()) return false;
    }
    return true;
  }

  void add_rows(const script::Scenario& scenario, const script::Client& client, std::chrono::seconds wait) {
    std::vector<const script::Row*> rows;
    for (const auto& row : scenario.rows)
      rows.push_back(&row);
    if (scenario.row_source) {
      make_rows(scenario, rows);
      if (rows.empty()) {
        const auto& source = *scenario.row_source;
        return leave_out(scenario,
                         source.less.empty()
                             ? fmt::format("the target has no {}", source.from)
                             : fmt::format("nothing is left of {} less {}", source.from, source.less),
                         Result::not_applicable);
      }
    }
    for (std::size_t i = 0; i < rows.size();) {
      Block block;
      block.table = scenario.has_table;
      block.waits = wait.count() > 0;
      block.alone =
          scenario.disturbs == script::Disturbs::user || scenario.disturbs == script::Disturbs::client;
      const Job first{&scenario, rows[i], &client, true};
      if (scenario.control) block.jobs.push_back(first);
      for (; i < rows.size() && block.jobs.size() < kRowsPerBlock; ++i) {
        block.jobs.push_back({&scenario, rows[i], &client, false});
      }
      plan_.expected_requests +=
          block.jobs.size() * scenario.steps.size() * static_cast<std::size_t>(scenario.rounds);
      plan_.blocks.push_back(std::move(block));
    }
  }

  /// Rows from a fact of the target: `from:` less `less:`.
  void make_rows(const script::Scenario& scenario, std::vector<const script::Row*>& rows) {
    const auto values = list_at(scenario.row_source->from);
    const auto without = scenario.row_source->less.empty() ? json::array() : list_at(scenario.row_source->less);
    for (const auto& value : values) {
      if (std::ranges::find(without, value) != without.end()) continue;
      if (rows.size() == kMostMadeRows || !value.is_string()) break;
      script::Row row;
      row.values = {{scenario.row_source->variable, value}};
      row.name = fmt::format("{}={}", scenario.row_source->variable, value.get<std::string>());
      row.place = scenario.place;
      plan_.made_rows.push_back(std::move(row));
      rows.push_back(&plan_.made_rows.back());
    }
  }

  json list_at(const std::string& path) const {
    const auto dot = path.find('.');
    const auto root = path.substr(0, dot);
    const json* found = nullptr;
    if (root == "metadata" && dot != std::string::npos) {
      const auto list = oauth::metadata_list(world_.discovery.metadata, path.substr(dot + 1));
      return list ? json(*list) : json::array();
    } else if (root == "vocabulary" && dot != std::string::npos) {
      found = script::at_path(session::vocabulary(), path.substr(dot + 1));
    }
    return found && found->is_array() ? *found : json::array();
  }

  const script::Library& library_;
  const session::World& world_;
  const Selection& selection_;
  std::unordered_set<std::string> asked_;  ///< by the profiles: a representative of each class of equivalents
  std::unordered_set<std::string> only_;   ///< the same of what Selection::only names
  Plan plan_;
};

}  // namespace

std::size_t Plan::jobs() const {
  std::size_t count = 0;
  for (const auto& block : blocks)
    count += block.jobs.size();
  return count;
}

Plan make_plan(const script::Library& library, const session::World& world, const Selection& selection) {
  return Planner(library, world, selection).run();
}

}  // namespace oauthentic::run
