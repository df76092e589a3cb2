#include <algorithm>

#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {

namespace {

using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year;

const std::chrono::system_clock::time_point kStart = sys_days(year(2026) / 7 / 14) + std::chrono::minutes(570);
constexpr const char* kServer = "http://127.0.0.1:9000";
constexpr const char* kApplication = "http://127.0.0.1:9001";

std::string exchange(Sample& s, const std::string& scenario, const char* label, Request request,
                     Response response, int ms) {
  const auto number =
      std::ranges::count_if(s.exchanges, [&](const auto& e) { return e.first.starts_with(scenario + "#"); }) +
      1;
  const auto id = scenario + "#" + std::to_string(number);
  if (response.reason.empty())
    response.reason = response.status == 200 ? "OK" : response.status == 302 ? "Found" : "Bad Request";
  s.exchanges[id] = {
      id, label, std::move(request), std::move(response), kStart + milliseconds(40 * number), milliseconds(ms)};
  return id;
}

std::string url(const char* origin, const char* path) {
  return std::string(origin) + path;
}

Response html(const char* title) {
  return {200,
          "OK",
          {{"Content-Type", "text/html; charset=utf-8"}},
          std::string("<!doctype html><title>") + title + "</title><form method=post>",
          ""};
}

Response json(int status, const char* body) {
  return {status, "", {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, body, ""};
}

Response redirect(const std::string& location) {
  return {302, "Found", {{"Location", location}}, "", ""};
}

constexpr const char* kTokens =
    R"({"access_token":"‹access_token#1›","token_type":"Bearer","expires_in":3600,"id_token":)"
    R"("eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjkwMDAiLCJzdWIiOiI3IiwiYXVkIjoiYyIsImV4cCI6MTc4NDAyMzIwMH0.‹signature#1›"})";

Request token_request(const char* verifier) {
  return {"POST",
          url(kServer, "/token"),
          {{"Host", "127.0.0.1:9000"},
           {"Authorization", "Basic ‹basic#1›"},
           {"Content-Type", "application/x-www-form-urlencoded"}},
          std::string("grant_type=authorization_code&code=‹code#1›&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%"
                      "2Fcallback&code_verifier=") +
              verifier,
          std::nullopt};
}

std::string authorize_url(const char* client) {
  return url(kServer, "/authorize?response_type=code&client_id=") + client +
         "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&scope=openid+profile&state=‹state#1›&code_"
         "challenge=Kd3tq&code_challenge_method=S256";
}

void add_sign_in(Sample& s) {
  const std::string id = "flow/third_party_sign_in";
  const auto callback = url(kApplication, "/callback?code=‹code#2›&state=‹state#2›");
  const Headers page{{"Accept", "text/html"}};
  ScenarioRun run{id,
                  "",
                  "confidential",
                  "Sign in with a third party",
                  "profiles/flows/third_party_sign_in.yaml:1",
                  "",
                  {},
                  {},
                  milliseconds(210),
                  ""};
  const auto add = [&](const char* label, Request request, Response response, int ms) {
    run.steps.emplace_back(label);
    run.exchanges.push_back(exchange(s, id, label, std::move(request), std::move(response), ms));
  };
  add("offer_sign_in", {"GET", url(kApplication, "/"), page, "", {}}, html("Welcome"), 3);
  Response challenge{401, "Unauthorized", {{"WWW-Authenticate", "Bearer realm=\"api\""}}, "", ""};
  add("call_api", {"GET", url(kApplication, "/api/profile"), {}, "", {}}, challenge, 2);
  add("start_sign_in", {"GET", url(kApplication, "/sign-in"), page, "", {}}, redirect(authorize_url("web")), 2);
  add("authorize", {"GET", authorize_url("web"), page, "", {}}, html("Sign in"), 4);
  add("sign_in", {"POST", url(kServer, "/sign-in"), page, "username=‹username#1›&password=‹password#1›", {}},
      html("Allow access?"), 61);
  add("consent", {"POST", url(kServer, "/consent"), page, "allow=yes", {}}, redirect(callback), 5);
  add("redeem", token_request("‹code_verifier#1›"), json(200, kTokens), 12);
  add("call_api",
      {"GET", url(kApplication, "/api/profile"), {{"Authorization", "Bearer ‹access_token#1›"}}, "", {}},
      json(200, R"({"sub":"7","name":"‹name#1›"})"), 3);
  s.run.scenarios.push_back(std::move(run));
}

void outcome(Sample& s, const char* requirement, const ScenarioRun& scenario, const char* step, Result result,
             const char* expected, const char* observed) {
  Outcome out{requirement, scenario.id, scenario.row, scenario.variant, step, result,
              expected,    observed,    {},           scenario.place};
  const auto& all = scenario.exchanges;
  out.exchanges.assign(all.end() - std::min<std::ptrdiff_t>(2, std::ssize(all)), all.end());
  s.run.outcomes.push_back(std::move(out));
}

ScenarioRun& scenario(Sample& s, const char* id, const char* row, const char* title, const char* place,
                      const char* deviation) {
  s.run.scenarios.push_back(
      {id, row, "confidential", title, place, deviation, {"authorize", "redeem"}, {}, milliseconds(90), ""});
  return s.run.scenarios.back();
}

void add_pkce(Sample& s) {
  auto& run = scenario(s, "pkce/verifier-mismatch", "", "A code cannot be redeemed with another verifier",
                       "profiles/scenarios/pkce.yaml:12", "redeem: set code_verifier");
  run.exchanges = {
      exchange(
          s, run.id, "authorize", {"GET", authorize_url("web"), {{"Accept", "text/html"}}, "", {}},
          redirect(
              "http://127.0.0.1:8765/callback?code=‹code#1›&state=‹state#1›&iss=http%3A%2F%2F127.0.0.1%3A9000"),
          4),
      exchange(s, run.id, "redeem", token_request("‹code_verifier#9›"), json(200, kTokens), 11),
      exchange(
          s, run.id, "call_api",
          {"GET", url(kApplication, "/api/profile"), {{"Authorization", "Bearer ‹access_token#1›"}}, "", {}},
          json(200, R"({"sub":"7"})"), 2)};
  outcome(s, "rfc7636-4.6-verifier-mismatch", run, "redeem", Result::violated,
          "The token endpoint refuses (error invalid_grant).",
          "It issued an access token, and the API accepted it.");
  outcome(s, "rfc9700-2.1.1-pkce-enforced", run, "redeem", Result::violated, "The token endpoint refuses.",
          "It issued an access token, and the API accepted it.");
}

void add_repeated(Sample& s) {
  for (const auto* name : {"grant_type", "code", "redirect_uri", "code_verifier"}) {
    const std::string row = std::string("parameter=") + name;
    auto& run =
        scenario(s, "token_endpoint/parameter-repeated", row.c_str(), "A request parameter is not sent twice",
                 "profiles/scenarios/token_endpoint.yaml:40", "redeem: repeat");
    const bool accepted = std::string_view(name) == "redirect_uri";
    auto request = token_request("‹code_verifier#1›");
    request.body += std::string("&") + name + "=‹code#1›";
    run.exchanges = {exchange(s, run.id, "redeem", std::move(request),
                              accepted ? json(200, kTokens) : json(400, R"({"error":"invalid_request"})"), 6)};
    outcome(s, "rfc6749-3.2-parameters-not-repeated", run, "redeem",
            accepted ? Result::violated : Result::satisfied,
            "The token endpoint refuses (error invalid_request).",
            accepted ? "It issued an access token." : "400 invalid_request");
  }
}

void add_simple(Sample& s, const char* requirement, const char* id, const char* title, Result result,
                const char* observed, Response response) {
  auto& run = scenario(s, id, "", title, "profiles/scenarios/token_endpoint.yaml:71", "redeem: again");
  run.exchanges = {exchange(s, run.id, "redeem", token_request("‹code_verifier#1›"), std::move(response), 7)};
  outcome(s, requirement, run, "redeem", result, "The token endpoint refuses.", observed);
}

}  // namespace

void Sample::judge() {
  results.clear();
  verdicts.clear();
  for (const auto& each : requirements) {
    RequirementResult result;
    result.requirement = &each;
    for (const auto& seen : run.outcomes) {
      if (seen.requirement != each.id) continue;
      result.observed = true;
      result.result = std::max(result.result, seen.result);
      ++result.counts[seen.result];
      result.outcomes.push_back(&seen);
    }
    // Worst first; the pointers go up in the order of the run.
    std::ranges::sort(result.outcomes, [](const Outcome* a, const Outcome* b) {
      return a->result != b->result ? a->result > b->result : a < b;
    });
    results.push_back(std::move(result));
  }
  for (const auto& profile : profiles) {
    ProfileVerdict verdict;
    verdict.profile = &profile;
    for (const auto& result : results) {
      const auto level = profile.levels.find(result.requirement->id);
      if (level == profile.levels.end()) continue;
      const auto seen = result.observed                        ? verdict_of(result.result, level->second)
                        : result.requirement->excluded.empty() ? Verdict::not_observed
                                                               : Verdict::not_checkable;
      verdict.judgements.push_back({result.requirement, level->second, seen, &result});
      ++verdict.counts[seen];
      const bool open = seen == Verdict::inconclusive || seen == Verdict::not_observed;
      if (open && level->second == Level::must) ++verdict.undecided;
    }
    verdict.conformant = verdict.undecided == 0 && verdict.counts[Verdict::fail] == 0 &&
                         verdict.counts[Verdict::harness_error] == 0;
    verdicts.push_back(std::move(verdict));
  }
  run.exchange_count = exchanges.size();
  run.exchange = [this](const std::string& id) -> std::optional<Exchange> {
    const auto at = exchanges.find(id);
    return at == exchanges.end() ? std::nullopt : std::optional(at->second);
  };
}

std::unique_ptr<Sample> sample() {
  auto s = std::make_unique<Sample>();
  s->run.tool_version = "0.1.0";
  s->run.command = "oauthentic run target.yaml --profile oauth-2.0,oauth-2.0-bcp";
  s->run.seed = "4f1c";
  s->run.started = kStart;
  s->run.finished = kStart + milliseconds(4200);
  s->run.target = {kServer, "target.yaml", {"authorization_code", "refresh_token", "pkce"}, {}};
  s->run.target.endpoints = {{"authorization_endpoint", url(kServer, "/authorize")},
                             {"token_endpoint", url(kServer, "/token")}};
  add_requirements(*s);
  add_profiles(*s);
  add_sign_in(*s);
  add_pkce(*s);
  add_repeated(*s);
  const auto refusal = json(400, R"({"error":"invalid_grant","error_description":"the code was used"})");
  add_simple(*s, "rfc6749-4.1.2-code-single-use", "code/redeemed-twice", "A code buys tokens once",
             Result::satisfied, "400 invalid_grant", refusal);
  add_simple(*s, "rfc6749-5.2-error-invalid-grant", "code/redeemed-twice", "A code buys tokens once",
             Result::satisfied, "400 invalid_grant", refusal);
  add_simple(*s, "rfc6749-4.1.3-redirect-uri-identical", "code/other-redirect-uri",
             "The redirect URI is compared", Result::inconclusive,
             "The honest flow failed in this run: 503 from the token endpoint.",
             {503, "Service Unavailable", {}, "busy", ""});
  add_simple(*s, "rfc6749-5.1-no-store", "token_endpoint/cache", "Tokens are not cached", Result::satisfied,
             "Cache-Control: no-store", json(200, kTokens));
  add_simple(*s, "rfc9700-4.16-framing", "authorization_endpoint/framing", "The page refuses to be framed",
             Result::violated, "Neither Content-Security-Policy nor X-Frame-Options was sent.",
             html("Sign in"));
  add_simple(*s, "house-no-server-error", "token_endpoint/wild", "Bad input is survived",
             Result::not_applicable, "The target has no such endpoint.", refusal);
  scenario(*s, "refresh/rotation", "", "A refresh token is replaced", "profiles/scenarios/refresh.yaml:3", "")
      .note = "The target issues no refresh token.";
  s->judge();
  return s;
}

}  // namespace oauthentic::reports
