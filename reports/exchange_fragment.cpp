#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "reports/curl.hpp"
#include "reports/decode.hpp"
#include "reports/fragments.hpp"
#include "reports/loose_url.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxLine = 4000;
constexpr std::size_t kMaxFields = 200;

Json headers_of(const Headers& headers) {
  auto out = Json::array();
  for (const auto& field : headers) {
    if (out.size() == kMaxFields) break;
    out.push_back({{"name", cut(field.name, 200)}, {"value", cut(field.value, kMaxLine)}});
  }
  return out;
}

Json decoded_of(const Decoded& decoded) {
  auto parameters = Json::array();
  for (const auto& parameter : decoded.parameters) {
    if (parameters.size() == kMaxFields) break;
    parameters.push_back({{"name", cut(parameter.name, 200)}, {"value", cut(parameter.value, kMaxLine)}});
  }
  auto jwts = Json::array();
  for (const auto& jwt : decoded.jwts) {
    jwts.push_back(
        {{"where", cut(jwt.where, 200)}, {"header", jwt.header}, {"claims", cut(jwt.claims, kMaxBodyShown)}});
  }
  const bool any = !parameters.empty();
  return {{"any_parameters", any}, {"parameters", std::move(parameters)}, {"jwts", std::move(jwts)}};
}

/// The body raw, and laid out where it is JSON; the raw one is then folded away.
void add_body(Json& side, std::string_view body, const Decoded& decoded) {
  side["body"] = cut(body, kMaxBodyShown);
  side["json"] = cut(decoded.json, kMaxBodyShown);
  side["body_note"] = body.size() > kMaxBodyShown
                          ? fmt::format("The first {} kB of {} kB.", kMaxBodyShown / 1024, body.size() / 1024)
                          : std::string();
}

Json request_side(const Request& request) {
  const auto decoded = decode(request);
  auto side = decoded_of(decoded);
  side["line"] = cut(fmt::format("{} {}", request.method, request.url), kMaxLine);
  side["headers"] = headers_of(request.headers);
  add_body(side, request.body, decoded);
  side["octets"] = request.octets ? cut(*request.octets, kMaxBodyShown) : std::string();
  return side;
}

Json response_side(const Response& response) {
  const auto decoded = decode(response);
  auto side = decoded_of(decoded);
  side["line"] = cut(fmt::format("{} {}", response.status, response.reason), kMaxLine);
  side["headers"] = headers_of(response.headers);
  add_body(side, response.body, decoded);
  side["octets"] = "";
  return side;
}

Json error_of(const Exchange& exchange) {
  const auto* error = exchange.error();
  if (!error) return false;
  return {{"kind", words(to_string(error->kind))}, {"message", cut(error->message, kMaxLine)}};
}

std::string_view status_class(const Exchange& exchange) {
  const auto* response = exchange.response();
  if (!response) return "none";
  return response->status >= 500   ? "server-error"
         : response->status >= 400 ? "refused"
         : response->status >= 300 ? "redirect"
                                   : "success";
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names)
    out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

std::string exchange_fragments(const Page& page, const std::vector<std::string>& ids) {
  std::string out;
  const auto& read = page.view.run().exchange;
  for (const auto& id : ids) {
    if (const auto exchange = read ? read(id) : std::nullopt) out += exchange_fragment(page, *exchange);
  }
  return out;
}

std::string exchange_fragment(const Page& page, const Exchange& exchange) {
  const auto command = repeat_command(exchange.request);
  const auto* response = exchange.response();
  Json values = {{"anchor", page.evidence.anchor(exchange.id)},
                 {"id", exchange.id},
                 {"label", exchange.label},
                 {"method", cut(exchange.request.method, 40)},
                 {"path", cut(split_url(exchange.request.url).path, 200)},
                 {"status", response ? std::to_string(response->status) : std::string("no answer")},
                 {"status_class", status_class(exchange)},
                 {"duration", readable_duration(exchange.duration)},
                 {"started", readable_time(exchange.started)},
                 {"request", request_side(exchange.request)},
                 {"error", error_of(exchange)},
                 {"command", cut(command.text, 2 * kMaxBodyShown)},
                 {"variables", joined(command.variables)}};
  values["response"] = response ? response_side(*response) : Json(false);
  return page.exchange.render(values);
}

}  // namespace oauthentic::reports
