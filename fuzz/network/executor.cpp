#include "fuzz/network/executor.hpp"

#include <algorithm>
#include <bit>

#include "fuzz/network/vocabulary.hpp"
#include "oauth/json_document.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"
#include "session/traffic.hpp"

namespace oauthentic::fuzz {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kNoticeable = 300ms;  // answers that are faster are never slow
constexpr int kTimesSlower = 30;
constexpr int kTimesGivenUp = 200;
constexpr auto kShortestTimeout = 700ms;
constexpr std::size_t kAuthorizationsPerSession = 500;
constexpr const char* kUser = "user";
/// A verifier for authorization requests whose code nobody redeems.
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

Time now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Such a name in an answer is the provider's own word.
bool is_of_the_field(std::string_view name) {
  return std::ranges::find(parameter_names(), name) != parameter_names().end();
}

}  // namespace

/// What the placeholders of one execution stand for; grants are taken when they are first asked for.
class Executor::Bindings {
 public:
  Bindings(Executor& executor, State state) : executor_(executor), state_(state) {}

  ~Bindings() {
    for (auto& [client, lease] : leases_) {
      if (lease.lost) continue;
      if (lease.code && !lease.code_spent && state_ == State::shared && executor_.codes_survive_)
        executor_.pool_.give_back(client, Kind::code, std::move(*lease.code));
      if (lease.tokens && !lease.tokens_spent && state_ == State::shared)
        executor_.pool_.give_back(client, Kind::tokens, std::move(*lease.tokens));
    }
  }
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

  Lookup lookup(const Step& step) {
    return [this, &step](std::string_view name) { return value(step, name); };
  }

  /// What the sender is entitled to; asks for no grant that the request did not use.
  Entitlement entitlement(const Step& step) const {
    Entitlement right;
    if (const auto* client = executor_.world_.client(step.client)) {
      right.client_id = client->client_id;
      right.client_secret = client->client_secret;
      right.redirect_uri = client->redirect_uri;
    }
    if (const auto* client = executor_.world_.client(step.grant)) right.grant_client_id = client->client_id;
    const auto at = leases_.find(step.grant);
    if (at == leases_.end()) return right;
    if (at->second.code) {
      if (!at->second.code_spent) right.code = at->second.code->code;
      right.code_verifier = at->second.code->code_verifier;
      right.redirect_uri = at->second.code->redirect_uri;
    }
    if (at->second.tokens) {
      if (!at->second.access_revoked) right.access_token = at->second.tokens->access_token;
      if (!at->second.refresh_revoked) right.refresh_token = at->second.tokens->refresh_token;
    }
    return right;
  }

  void spend_code(const std::string& grant) { leases_[grant].code_spent = true; }
  /// Nobody knows what became of them: they serve nobody else.
  void lose(const std::string& grant) { leases_[grant].lost = true; }
  /// RFC 7009 §2.1: what the request named is good no more; RFC leaves open what else is.
  void revoke(const Sent& sent, const std::string& grant) {
    auto& lease = leases_[grant];
    lease.tokens_spent = true;
    const auto reading = read_strictly(sent.request);
    const auto token = oauth::value(reading.body, "token");
    if (!lease.tokens || !fuzz::unearned(Surface::revocation, sent.request, sent.right).empty()) return;
    lease.access_revoked = lease.access_revoked || token == lease.tokens->access_token;
    lease.refresh_revoked = lease.refresh_revoked || token == lease.tokens->refresh_token;
  }
  /// The steps after this one go on with what it was given.
  void take_up(const std::string& grant, const nlohmann::json& issued, bool in_order) {
    auto& lease = leases_[grant];
    if (!lease.tokens) {
      lease.tokens.emplace();
      lease.tokens->made = Clock::now();
    }
    lease.tokens->access_token = oauth::string_member(issued, "access_token");
    lease.access_revoked = false;
    if (auto refresh = oauth::string_member(issued, "refresh_token"); !refresh.empty()) {
      lease.tokens->refresh_token = std::move(refresh);
      lease.refresh_revoked = false;
    }
    // What an honest request brought is as good as what a sign-in brings.
    lease.tokens_spent = lease.tokens_spent || !in_order || lease.tokens->refresh_token.empty();
  }
  bool possible() const { return possible_; }

 private:
  struct Lease {
    std::optional<FreshGrant> code, tokens;
    bool code_spent = false, tokens_spent = false, lost = false;
    bool access_revoked = false, refresh_revoked = false;
  };

  const FreshGrant& grant(const std::string& client, Kind kind) {
    static const FreshGrant none;
    auto& lease = leases_[client];
    auto& held = kind == Kind::code ? lease.code : lease.tokens;
    if (!held)
      held =
          state_ == State::alone ? executor_.sign_in_alone(client, kind) : executor_.pool_.take(client, kind);
    if (!held) possible_ = false;
    return held ? *held : none;
  }

  std::string value(const Step& step, std::string_view name) {
    const auto* client = executor_.world_.client(step.client);
    if (name == "client_id") return client ? client->client_id : std::string();
    if (name == "client_secret") return client ? client->client_secret : std::string();
    if (name == "scope") return client ? oauth::join_scopes(client->scopes) : std::string();
    if (name == "code") return grant(step.grant, Kind::code).code;
    if (name == "code_verifier") return grant(step.grant, Kind::code).code_verifier;
    if (name == "access_token") return grant(step.grant, Kind::tokens).access_token;
    if (name == "refresh_token") return grant(step.grant, Kind::tokens).refresh_token;
    if (name == "redirect_uri") {
      if (step.surface == Surface::code_token) return grant(step.grant, Kind::code).redirect_uri;
      return client ? client->redirect_uri : std::string();
    }
    if (name == "redirect_origin" || name == "redirect_path") {
      const auto url = client ? oauth::parse_url(client->redirect_uri) : std::nullopt;
      if (!url) return {};
      return name == "redirect_path" ? url->path : url->origin();
    }
    if (name == "state") return executor_.random_.base64url(16);
    if (name == "code_challenge") return oauth::code_challenge(kVerifier, oauth::ChallengeMethod::s256);
    return {};
  }

  Executor& executor_;
  State state_;
  std::map<std::string, Lease> leases_;
  bool possible_ = true;
};

Executor::Executor(session::World& world, const Honest& honest, ExecutorOptions options)
    : world_(world),
      honest_(honest),
      options_(std::move(options)),
      pool_(world),
      random_(options_.seed),
      slow_(options_.timeout) {}

unsigned Executor::latency_class(std::chrono::microseconds duration) const {
  if (duration < slow_ / 2 || usual_ <= 0us) return 0;
  return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(duration / usual_)));
}

/// A user agent of our own that is signed in. It is begun anew now and then: what is sent may end the session.
void Executor::begin_session(const std::string& client) {
  const auto* who = world_.client(client);
  if (!who) return;
  // The session stays with its walker, so that no sign-in of the pool goes on with it.
  own_session_ = std::make_unique<run::Walker>(world_, "fuzz/session", *who, kUser, true);
  try {
    own_session_->perform_honest("authorize");
  } catch (const std::exception&) {
    // What is sent without a session is answered as well.
  }
  cookies_ = own_session_->session().grant("").cookies;
}

std::optional<FreshGrant> Executor::sign_in_alone(const std::string& client, Kind kind) {
  std::string why;
  const auto* who = world_.client(client);
  return who ? sign_in(world_, *who, kind, "fuzz/alone", why, true) : std::nullopt;
}

Sent Executor::send(const Step& step, Bindings& bindings) {
  Sent sent;
  sent.surface = step.surface;
  sent.request = render(step, honest_.url(step.surface), bindings.lookup(step));
  sent.right = bindings.entitlement(step);
  auto& request = sent.request;
  if (step.surface == Surface::authorization && !request.headers.has("Cookie")) {
    if (authorizations_++ % kAuthorizationsPerSession == 0) begin_session(step.client);
    if (auto cookies = cookies_.header_for(request.url, now()))
      request.headers.set("Cookie", *std::move(cookies));
  }
  const http::SendLimits limits{options_.timeout};
  for (int attempt = 0;; ++attempt) {
    if (world_.target->requests_per_second > 0 || put_off_ > 0)
      world_.limiter->wait(request.url, world_.interrupted);
    const auto started = Clock::now();
    sent.answer = world_.transport->send(request, limits);
    sent.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
    ++requests_;
    const auto* response = std::get_if<Response>(&sent.answer);
    const auto pause = response ? session::put_off_by(*response) : std::nullopt;
    if (!pause || attempt == 2 || world_.interrupted()) break;
    ++put_off_;
    world_.limiter->put_off(request.url, *pause);
  }
  if (const auto* response = std::get_if<Response>(&sent.answer);
      response && step.surface == Surface::authorization)
    cookies_.store(request.url, response->headers, now());
  return sent;
}

/// What a request did to the state that the next ones rest on.
void Executor::follow(const Sent& sent, const Step& step, Bindings& bindings) {
  const auto* response = std::get_if<Response>(&sent.answer);
  if (!response) {
    bindings.lose(step.grant);
    return;
  }
  if (response->status >= 200 && response->status < 300 && step.surface == Surface::revocation)
    bindings.revoke(sent, step.grant);
  if (!is_token_surface(step.surface) || !is_success(step.surface, *response)) return;
  if (surface_asked(step.surface, sent.request) == Surface::code_token) bindings.spend_code(step.grant);
  if (const auto issued = oauth::parse_json(response->body))
    bindings.take_up(step.grant, *issued, unearned(step.surface, sent.request, sent.right).empty());
}

Execution Executor::run(const Input& input, State state) {
  if (options_.about_to_run) options_.about_to_run(input);
  Execution out;
  Bindings bindings(*this, state);
  Hash before = 0;
  for (std::size_t i = 0; i < input.steps.size(); ++i) {
    const auto& step = input.steps[i];
    if (honest_.url(step.surface).empty() || !world_.client(step.client)) continue;
    auto sent = send(step, bindings);
    std::string said = sent.request.url;
    for (const auto& part : step.parts)
      said += "\n" + (is_of_the_field(part.name) ? "" : part.name) + "\n" + part.value;
    sent.print = prints_.of(sent.answer, said);
    for (auto& symptom : symptoms_of(sent, out.sent.size(), slow_))
      out.symptoms.push_back(std::move(symptom));
    const auto found = features(step.surface, sent.print, before, latency_class(sent.duration));
    out.features.insert(out.features.end(), found.begin(), found.end());
    before = sent.print.outcome;
    out.answered = out.answered || std::holds_alternative<Response>(sent.answer);
    follow(sent, step, bindings);
    out.sent.push_back(std::move(sent));
  }
  out.possible = bindings.possible();
  return out;
}

std::string Executor::learn() {
  if (honest_.inputs().empty()) return "the target has no endpoint and client that can be fuzzed";
  std::vector<std::chrono::microseconds> durations;
  std::size_t answered = 0;
  for (const auto& input : honest_.inputs()) {
    if (world_.interrupted()) return "interrupted";
    const auto one = run(input, State::fresh);
    const auto other = run(input, State::fresh);
    if (!one.possible) return pool_.trouble();
    for (std::size_t i = 0; i < one.sent.size() && i < other.sent.size(); ++i) {
      prints_.learn(one.sent[i].print, other.sent[i].print);
      durations.push_back(other.sent[i].duration);
    }
    answered += one.answered;
  }
  if (answered == 0) return "no request was answered";
  std::ranges::sort(durations);
  usual_ = durations[durations.size() / 2];
  slow_ = std::max<std::chrono::microseconds>(kNoticeable, usual_ * kTimesSlower);
  const auto enough = std::chrono::duration_cast<std::chrono::milliseconds>(usual_ * kTimesGivenUp);
  options_.timeout = std::min(options_.timeout, std::max<std::chrono::milliseconds>(kShortestTimeout, enough));
  // A refused attempt first: is the code good after it?
  codes_survive_ = true;
  for (const auto& input : honest_.inputs()) {
    if (input.steps.size() > 1 || input.steps.front().surface != Surface::code_token) continue;
    Input twice{{input.steps.front(), input.steps.front()}};
    for (auto& part : twice.steps.front().parts) {
      if (part.name == "code_verifier") part.value = "{{code_verifier|upper}}";
    }
    const auto tried = run(twice, State::fresh);
    const auto* last = tried.sent.empty() ? nullptr : std::get_if<Response>(&tried.sent.back().answer);
    codes_survive_ = codes_survive_ && last && is_success(Surface::code_token, *last);
  }
  return {};
}

}  // namespace oauthentic::fuzz
