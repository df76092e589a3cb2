#include "run/collection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "run/step_diagnosis.hpp"
#include "run/walker.hpp"
#include "session/registration.hpp"

namespace oauthentic::run {

namespace {

constexpr const char* kUser = "user";
constexpr const char* kRegistrationStep = "registration";

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void keep(Collection& found, const std::string& kind, std::string value) {
  if (value.empty()) return;
  auto& issued = found.kinds[kind];
  // The same code or client twice is a mistake; the same token may be meant, as long as it is good.
  if (kind.ends_with("_token") && !issued.values.empty() && issued.values.back() == value) {
    ++issued.again;
  } else {
    issued.values.push_back(std::move(value));
  }
}

/// One honest step; what it showed, without secrets.
session::StepResult take_step(Walker& walker, const char* verb) {
  const auto* result = walker.perform_honest(verb);
  if (!result) return {};
  auto out = *result;
  out.observed = walker.session().redact(out.observed);
  return out;
}

std::optional<Finding> go_once(session::World& world, const CollectionOptions& options, std::size_t number,
                               Collection& found) {
  const auto& client = world.primary_client();
  Walker walker(world, fmt::format("analyze/{}", number), client, kUser, false);
  const auto arrived = take_step(walker, "authorize");
  if (const auto findings = authorize_findings(arrived, *world.target, client); first_failure(findings))
    return *first_failure(findings);
  if (options.kinds.contains("code")) keep(found, "code", walker.session().grant("").code);
  const bool only_codes = options.kinds.size() == 1 && options.kinds.contains("code");
  if (only_codes) return std::nullopt;
  const auto redeemed = take_step(walker, "redeem");
  if (auto finding = token_finding(redeemed, client); finding.health == Health::failed) return finding;
  for (const auto* kind : {"access_token", "refresh_token", "id_token"}) {
    if (options.kinds.contains(kind)) keep(found, kind, oauth::string_member(redeemed.facts, kind));
  }
  return std::nullopt;
}

/// The clients that are to be registered: none yet.
script::Target without_clients(const script::Target& target) {
  auto out = target;
  out.clients.clear();
  return out;
}

}  // namespace

Collection collect_from_flows(session::World& world, const CollectionOptions& options) {
  Collection found;
  found.from = now();
  for (std::size_t i = 0; i < options.count && !world.interrupted(); ++i) {
    found.failure = go_once(world, options, i + 1, found);
    if (found.failure) break;
    if (options.tick) options.tick(i + 1);
  }
  found.until = now();
  return found;
}

Collection collect_from_registrations(session::World& world, const CollectionOptions& options) {
  Collection found;
  found.from = now();
  const auto capabilities = world.discovery.capabilities;
  auto target = without_clients(*world.target);
  auto like = world.primary_client();
  like.client_id.clear();
  like.client_secret.clear();
  session::Registrations registrations(world, target, session::state_folder());
  for (std::size_t i = 0; i < options.count && !world.interrupted(); ++i) {
    like.name = fmt::format("sample-{}", i + 1);
    target.clients[like.name] = like;
    const auto refused = registrations.register_all();
    if (!refused.empty()) {
      found.failure =
          failed(kRegistrationStep, Culprit::provider, refused.front(),
                 "The provider may allow few registrations: a smaller --count, or a list with --file.");
      break;
    }
    const auto& client = target.clients[like.name];
    for (const auto& [kind, value] :
         {std::pair("client_id", client.client_id), std::pair("client_secret", client.client_secret)}) {
      if (options.kinds.contains(kind)) keep(found, kind, value);
    }
    if (options.tick) options.tick(i + 1);
    if (!registrations.all().empty() && registrations.all().back().client_uri.empty()) {
      found.failure = failed(kRegistrationStep, Culprit::provider,
                             "the provider offers no way to remove clients (RFC 7592), so one was registered",
                             "Remove it in the provider's console, and give a list of clients with --file.");
      break;
    }
  }
  registrations.remove_all();
  world.discovery.capabilities = capabilities;
  found.until = now();
  return found;
}

}  // namespace oauthentic::run
