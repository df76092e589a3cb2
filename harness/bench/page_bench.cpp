// Reading the mock's sign-in page, as the agent does at each sign-in.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/mock_run.hpp"
#include "oauth/html.hpp"

namespace oauthentic::bench {
namespace {

void parse_sign_in_page(benchmark::State& state) {
  MockRun mock("bcp");
  const auto& client = mock.world().primary_client();
  Request request;
  request.method = "GET";
  request.url = fmt::format(
      "{}?response_type=code&client_id={}&redirect_uri={}&code_challenge={:A<43}&code_challenge_method=S256",
      mock.world().discovery.endpoint("authorization_endpoint"), oauth::form_encode(client.client_id),
      oauth::form_encode(mock.target().redirect_uri), "");
  const auto answer = mock.world().transport->send(request, {});
  const auto* response = std::get_if<Response>(&answer);
  const auto shown = oauth::parse_html(response ? response->body : "", request.url);
  if (!shown || shown->forms.empty()) return state.SkipWithError("the mock shows no sign-in page");
  for (auto unused : state) {
    const auto page = oauth::parse_html(response->body, request.url);
    benchmark::DoNotOptimize(page->forms.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * response->body.size()));
}
BENCHMARK(parse_sign_in_page);

}  // namespace
}  // namespace oauthentic::bench
