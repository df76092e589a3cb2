// The token request of a conformant client, and the same with one deviation.
#include <benchmark/benchmark.h>

#include "bench/mock_run.hpp"
#include "session/draft.hpp"

namespace oauthentic::bench {
namespace {

session::Draft token_request(session::Session& session, const script::Client& client) {
  session::Draft draft;
  draft.url = session.discovery().endpoint("token_endpoint");
  draft.headers = {{"Accept", "application/json"}};
  draft.client = &client;
  draft.add("grant_type", "authorization_code");
  draft.add("code", session.random().base64url(32));
  draft.add("redirect_uri", session.target().redirect_uri);
  draft.add("code_verifier", session.random().base64url(32));
  return draft;
}

void compose(benchmark::State& state, const std::string& client_name, const nlohmann::json& deviation) {
  MockRun mock("bcp");
  const auto* client = mock.world().client(client_name);
  if (!client) return state.SkipWithError("the mock's target file has no such client");
  session::Session session(mock.world(), "bench", *client, "user", true);
  for (auto unused : state) {
    const auto composed = session::compose(session, token_request(session, *client), deviation);
    benchmark::DoNotOptimize(composed.request.body.data());
  }
}

void compose_token_request(benchmark::State& state) {
  compose(state, "confidential", nullptr);
}
BENCHMARK(compose_token_request);

void compose_token_request_deviating(benchmark::State& state) {
  compose(state, "confidential", {{"set", {{"code_verifier", "of somebody else"}}}});
}
BENCHMARK(compose_token_request_deviating);

/// With a signed assertion (RFC 7523 §2.2).
void compose_token_request_jwt(benchmark::State& state) {
  compose(state, "jwt", nullptr);
}
BENCHMARK(compose_token_request_jwt);

}  // namespace
}  // namespace oauthentic::bench
