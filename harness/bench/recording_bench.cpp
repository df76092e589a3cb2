// What it costs to keep an exchange: redaction, and a line in the journal.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "core/clock.hpp"
#include "oauth/redaction.hpp"
#include "run/journal.hpp"

namespace oauthentic::bench {
namespace {

/// A code is redeemed. Two of the values that are in it are among the session's secrets.
Exchange token_exchange(const std::string& code, const std::string& token) {
  Exchange exchange;
  exchange.id = "pkce/verifier-mismatch#3";
  exchange.label = "redeem";
  exchange.request.method = "POST";
  exchange.request.url = "https://as.test/token";
  exchange.request.headers = {{"Accept", "application/json"},
                              {"Content-Type", "application/x-www-form-urlencoded"},
                              {"Authorization", "Basic Y2xpZW50OnNlY3JldC1zZWNyZXQtc2VjcmV0"}};
  exchange.request.body =
      "grant_type=authorization_code&code=" + code +
      "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&code_verifier=" + std::string(43, 'v');
  Response response;
  response.status = 200;
  response.reason = "OK";
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body =
      R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":600,"scope":"openid profile"})";
  response.head_octets = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n\r\n";
  exchange.answer = response;
  return exchange;
}

void redact_exchange(benchmark::State& state) {
  SeededRandom random("bench");
  const auto tags = std::make_shared<oauth::TagRegistry>();
  oauth::Redactor redactor(tags);
  std::string code, token;
  for (int i = 0; i < state.range(0); ++i) {
    code = token;
    token = random.base64url(32);
    redactor.add("access_token", token);
  }
  const auto exchange = token_exchange(code, token);
  for (auto unused : state) {
    const auto redacted = redactor.redact(exchange);
    benchmark::DoNotOptimize(redacted.request.body.data());
  }
}
BENCHMARK(redact_exchange)->ArgName("secrets")->Arg(2)->Arg(50)->Arg(500);

/// What each scenario pays to begin with, and again for each code and token.
void learn_secrets(benchmark::State& state) {
  SeededRandom random("bench");
  const auto tags = std::make_shared<oauth::TagRegistry>();
  std::vector<std::string> values;
  for (int i = 0; i < 50; ++i)
    values.push_back(random.base64url(32));
  for (auto unused : state) {
    oauth::Redactor redactor(tags);
    for (const auto& value : values)
      redactor.add("access_token", value);
    benchmark::DoNotOptimize(&redactor);
  }
  state.SetItemsProcessed(state.iterations() * 50);
}
BENCHMARK(learn_secrets);

void journal_exchange(benchmark::State& state) {
  const auto path =
      std::filesystem::temp_directory_path() / ("oauthentic-bench-" + std::to_string(getpid()) + ".ndjson");
  const auto exchange = token_exchange(
      "\xE2\x80\xB9"
      "code#1\xE2\x80\xBA",
      "\xE2\x80\xB9"
      "access_token#1\xE2\x80\xBA");
  {
    run::Journal journal(path.string());
    for (auto unused : state)
      journal.exchange(exchange);
    if (journal.failed()) state.SkipWithError(journal.failure().c_str());
  }
  std::error_code code;
  state.SetBytesProcessed(static_cast<std::int64_t>(std::filesystem::file_size(path, code)));
  std::filesystem::remove(path, code);
}
BENCHMARK(journal_exchange);

}  // namespace
}  // namespace oauthentic::bench
