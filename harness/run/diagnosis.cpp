#include "run/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "run/client_diagnosis.hpp"
#include "run/page_outline.hpp"
#include "run/step_diagnosis.hpp"
#include "run/traffic_diagnosis.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::run {

using nlohmann::json;
using session::Disposition;
using session::StepResult;
using std::chrono::seconds;

namespace {

Time now() {
  return std::chrono::floor<seconds>(std::chrono::system_clock::now());
}

/// Keeps where the journeys of another agent ended.
class WatchedAgent : public agent::Agent {
 public:
  /// `keeper`: the one that keeps the arrivals, if it is not this one.
  explicit WatchedAgent(std::shared_ptr<agent::Agent> agent, WatchedAgent* keeper = nullptr)
      : agent_(std::move(agent)), keeper_(keeper ? keeper : this) {}
  agent::Arrival travel(const agent::Journey& journey, agent::UserAgent& user_agent) override {
    keeper_->last = agent_->travel(journey, user_agent);
    return keeper_->last;
  }
  agent::Arrival last;

 private:
  std::shared_ptr<agent::Agent> agent_;
  WatchedAgent* keeper_;
};

/// Replaces the agents and the record of a world for as long as it lives.
class Watch {
 public:
  Watch(session::World& world, std::vector<Exchange>& seen)
      : world_(world), agent_(world.agent), agents_(world.agents), record_(world.record) {
    watched = std::make_shared<WatchedAgent>(agent_);
    world.agent = watched;
    for (auto& [unused, agent] : world.agents)
      agent = std::make_shared<WatchedAgent>(agent, watched.get());
    world.record = [&seen, record = record_](const Exchange& exchange) {
      seen.push_back(exchange);
      if (record) record(exchange);
    };
  }
  ~Watch() {
    world_.agent = agent_;
    world_.agents = agents_;
    world_.record = record_;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  std::shared_ptr<WatchedAgent> watched;

 private:
  session::World& world_;
  std::shared_ptr<agent::Agent> agent_;
  std::map<std::string, std::shared_ptr<agent::Agent>> agents_;
  std::function<void(const Exchange&)> record_;
};

class Examination {
 public:
  Examination(session::World& world, const Probe& probe)
      : world_(world), target_(*world.target), probe_(probe), watch_(world, seen_) {
    const auto user = target_.users.find("user");
    manual_ = user != target_.users.end() && user->second.agent == "manual";
  }

  Diagnosis run() {
    try {
      if (reach() && metadata()) {
        clients();
        journey();
      } else {
        leave_out({"client", kRequestStep, kSignInStep, kCredentialsStep, kConsentStep, kCodeStep, kTokenStep,
                   kApiStep},
                  fmt::format("{} failed", first_failure(found_.findings)->step));
      }
    } catch (const std::exception& error) {
      add(failed("harness", Culprit::harness, error.what(), "This is a fault of ours: please report it."));
    }
    add(clock_finding(seen_, issued_at_));
    add(rate_finding(seen_));
    found_.requests = seen_.size();
    return std::move(found_);
  }

 private:
  void add(Finding finding) {
    const auto redactor = world_.target_redactor();
    finding.seen = redactor->redact(finding.seen);
    finding.advice = redactor->redact(finding.advice);
    found_.findings.push_back(std::move(finding));
  }
  void add(Findings findings) {
    for (auto& finding : findings)
      add(std::move(finding));
  }
  void leave_out(std::initializer_list<const char*> steps, const std::string& why) {
    for (const auto* step : steps)
      add(not_tried(step, why));
  }
  bool going() const { return !first_failure(found_.findings); }

  bool reach() {
    add(reach_findings(target_.issuer, probe_(target_.issuer), now()));
    if (!going()) leave_out({"metadata", "endpoints", "keys"}, "the provider was not reached");
    return going();
  }

  bool metadata() {
    std::vector<session::DiscoveryProblem> problems;
    world_.discovery = session::discover(world_, problems);
    const auto& found = world_.discovery;
    if (found.metadata.empty()) {
      add(no_metadata_finding(target_.issuer, problems, elsewhere(problems)));
      leave_out({"endpoints", "keys"}, "metadata failed");
      return false;
    }
    const auto other = other_issuer(target_, found);
    const bool holds = !other.empty() && claims(other) == other;
    add(metadata_findings(target_, found, holds, probe_));
    // Metadata of another issuer are no obstacle to what follows: the journey shows whether it is the one
    // meant.
    const bool endpoints = std::ranges::none_of(found_.findings, [](const Finding& f) {
      return f.step == "endpoints" && (f.health == Health::failed || f.health == Health::not_tried);
    });
    return endpoints;
  }

  /// A document at the place where an issuer has its metadata; its `issuer`, or nothing if there is none.
  std::optional<std::string> claims(const std::string& issuer) {
    session::Session session(world_, "doctor/metadata", world_.primary_client(), "user", true);
    for (const auto& url : {oauth::metadata_url_inserted(issuer, "oauth-authorization-server"),
                            oauth::metadata_url_appended(issuer, "openid-configuration")}) {
      Request request;
      request.url = url;
      request.headers = {{"Accept", "application/json"}};
      const auto answer = session.send("metadata", request);
      session.flush();
      const auto* response = std::get_if<Response>(&answer);
      if (!response || response->status != 200) continue;
      const auto document = oauth::parse_json(response->body);
      if (document && document->is_object()) return oauth::string_member(*document, "issuer");
    }
    return std::nullopt;
  }

  /// The issuer that a mistyped path may have meant; asked for only where the host answers.
  std::optional<OtherIssuer> elsewhere(const std::vector<session::DiscoveryProblem>& problems) {
    const bool answers =
        std::ranges::any_of(problems, [](const auto& p) { return p.status > 0 && p.status < 500; });
    if (!answers) return std::nullopt;
    for (const auto& parent : parent_issuers(target_.issuer)) {
      if (auto claimed = claims(parent)) return OtherIssuer{parent, *claimed};
    }
    return std::nullopt;
  }

  void clients() {
    const auto& primary = world_.primary_client();
    const auto unanswered = [this] {
      const auto* failure = first_failure(found_.findings);
      return failure && failure->culprit == Culprit::provider;
    };
    for (const auto& [name, client] : target_.clients) {
      if (unanswered()) {  // each request would wait as long
        add(not_tried("client " + name, first_failure(found_.findings)->step + " failed"));
        continue;
      }
      // A person is not asked to look at a page for each of them.
      const auto probe = probe_client(world_, client, !manual_);
      add(client_finding(client, probe));
      add(redirect_uri_finding(client, probe));
      if (&client != &primary) continue;
      usable_ = !is_client_refusal(probe.right);
      known_ = found_.findings.back().health != Health::failed && (usable_ || probe.authorize.place != "page");
    }
    if (manual_ || !known_ || unanswered() || target_.redirect_uris.empty()) return;
    add(further_uris_finding(world_, primary, found_.requests));
  }

  StepResult perform(session::Session& session, const char* verb, json arguments = json::object()) {
    script::Step step;
    step.verb = step.name = verb;
    verbs::Call call;
    call.step = &step;
    call.arguments = std::move(arguments);
    auto result = verbs::find(verb)(session, call);
    session.flush();
    result.observed = session.redact(result.observed);
    return result;
  }

  void journey() {
    const auto& client = world_.primary_client();
    const auto* before = first_failure(found_.findings);
    if (!known_ || (before && before->culprit == Culprit::provider)) {
      leave_out({kRequestStep, kSignInStep, kCredentialsStep, kConsentStep, kCodeStep, kTokenStep, kApiStep},
                known_ ? before->step + " failed" : fmt::format("client {} is not taken", client.name));
      return;
    }
    session::Session session(world_, "doctor/journey", client, "user", true);
    const auto result = perform(session, "authorize");
    auto findings = authorize_findings(result, target_, client);
    tell_log(session, findings);
    const auto* failure = first_failure(findings);
    const bool broke = failure != nullptr;
    const bool lost = failure && failure->culprit == Culprit::harness;
    const auto why = failure ? failure->step + " failed" : fmt::format("client {} is not taken", client.name);
    add(std::move(findings));
    if (lost) keep_page(session);
    if (broke || !usable_) {
      leave_out({kTokenStep, kApiStep}, why);
    } else {
      token(session, client);
    }
    if (!broke && !manual_) other_user(client);
  }

  /// What the agent chose and why, beside the page that it answered.
  void tell_log(session::Session& session, Findings& findings) {
    std::string text;
    for (const auto& line : watch_.watched->last.log)
      text += (text.empty() ? "" : "; ") + line;
    for (auto& finding : findings) {
      if (finding.step == kSignInStep && finding.health != Health::not_tried && !text.empty())
        finding.seen += "; " + session.redact(text);
    }
  }

  void keep_page(session::Session& session) {
    const auto& last = watch_.watched->last;
    if (last.last.body.empty() && last.screenshot.empty()) return;
    std::string outline;
    if (!last.pages.empty() && last.pages.back().page) outline = page_outline(*last.pages.back().page);
    found_.lost = LostPage{session.redact(last.last_url), session.redact(last.last.body), last.screenshot,
                           session.redact(outline)};
  }

  void token(session::Session& session, const script::Client& client) {
    const auto result = perform(session, "redeem");
    add(token_finding(result, client));
    if (result.disposition != Disposition::accepted || !result.facts.contains("access_token")) {
      leave_out({kApiStep}, "token failed");
      return;
    }
    const auto& iat = oauth::member(oauth::member(result.facts, "id_token_claims"), "iat");
    if (iat.is_number_integer()) issued_at_ = Time(seconds(iat.get<std::int64_t>()));
    const auto granted = oauth::string_member(result.facts, "granted_scope");
    const bool openid = world_.discovery.capabilities.contains("userinfo");
    if (target_.api.empty() && openid) {
      add(api_finding("userinfo", perform(session, "userinfo"), "openid", granted));
    } else if (target_.api.empty()) {
      add(not_tried(kApiStep, "the target file names none"));
    }
    for (std::size_t i = 0; i < target_.api.size(); ++i)
      call_api(session, i, granted);
  }

  /// The first API is called by every honest flow; the others only where the token has their scope.
  void call_api(session::Session& session, std::size_t index, const std::string& granted) {
    const auto& api = target_.api[index];
    const auto step = index == 0 ? std::string(kApiStep) : fmt::format("{} {}", kApiStep, index + 1);
    const auto scopes = split(granted, ' ');
    if (index > 0 && !api.scope.empty() && std::ranges::find(scopes, api.scope) == scopes.end()) {
      add(not_tried(step,
                    fmt::format("it asks for the scope \"{}\", which the token does not have", api.scope)));
      return;
    }
    add(api_finding(step, perform(session, "call_api", {{"api", index}}), api.scope, granted));
  }

  void other_user(const script::Client& client) {
    constexpr const char* kStep = "credentials of other_user";
    if (!target_.users.contains("other_user")) return;
    session::Session session(world_, "doctor/other_user", client, "other_user", true);
    const auto findings =
        authorize_findings(perform(session, "authorize", {{"until", "consent"}}), target_, client);
    const auto* failure = first_failure(findings);
    if (!failure) return add(well(kStep, "taken"));
    auto finding = *failure;
    finding.step = kStep;
    if (finding.culprit == Culprit::configuration)
      finding.advice = "Check username and password of other_user in the target file.";
    add(std::move(finding));
  }

  session::World& world_;
  const script::Target& target_;
  const Probe& probe_;
  std::vector<Exchange> seen_;
  Watch watch_;
  Diagnosis found_;
  bool manual_ = false;
  bool usable_ = true;             ///< the primary client's credentials
  bool known_ = true;              ///< the primary client and its redirect URI
  std::optional<Time> issued_at_;  ///< the ID token
};

}  // namespace

Diagnosis diagnose(session::World& world, const Probe& probe) {
  return Examination(world, probe).run();
}

Findings explain_unreachable(const session::World& world,
                             const std::vector<session::DiscoveryProblem>& problems, const Probe& probe) {
  const auto& target = *world.target;
  if (!world.discovery.metadata.empty()) return metadata_findings(target, world.discovery, false, probe);
  auto findings = reach_findings(target.issuer, probe(target.issuer), now());
  if (!first_failure(findings)) findings.push_back(no_metadata_finding(target.issuer, problems, std::nullopt));
  return findings;
}

}  // namespace oauthentic::run
