#include "agent/journey_end.hpp"

#include "oauth/url.hpp"

namespace oauthentic::agent {

PageContext beginning_of(const Journey& journey) {
  PageContext context;
  context.account = journey.account;
  context.consent = journey.consent;
  context.origins = journey.origins;
  context.redirect_uris = journey.redirect_uris;
  context.until = journey.until;
  if (context.origins.empty()) {
    if (const auto first = oauth::parse_url(journey.first.url)) context.origins.insert(first->origin());
  }
  return context;
}

std::string next_code(const Journey& journey, const UserAgent& user_agent, const PageContext& context) {
  const auto& totp = journey.account.totp;
  if (!totp) return {};
  const auto now = user_agent.now ? user_agent.now() : Time{};
  return totp->code_at(now + context.codes_typed * totp->period);
}

void tell_typed(const Decision& decision, const PageContext& context, const UserAgent& user_agent) {
  if (!user_agent.typed) return;
  for (const auto& [field, text] : decision.fill.typed) {
    if (text.empty() || field->name.empty()) continue;
    const auto holds = [&](const std::string& secret) { return !secret.empty() && text.contains(secret); };
    const bool piece = decision.types_code && text.size() == 1 && text != context.account.username;
    if (holds(context.account.password)) {
      user_agent.typed("password", field->name, text);
    } else if (holds(context.one_time_code) || piece) {
      user_agent.typed("one_time_code", field->name, text);
    }
  }
}

void remember(const Decision& decision, PageContext& context) {
  context.username_typed |= decision.types_username;
  context.password_typed |= decision.types_password;
  context.codes_typed += decision.types_code;
}

void end(Arrival& arrival, Arrival::End how, std::string reason) {
  arrival.end = how;
  arrival.reason = std::move(reason);
}

void lose(Arrival& arrival, std::string reason) {
  end(arrival, Arrival::End::lost, std::move(reason));
}

void deliver(Arrival& arrival, Delivery delivery) {
  arrival.url = std::move(delivery.url);
  arrival.response_mode = std::move(delivery.response_mode);
  arrival.parameters = std::move(delivery.parameters);
  arrival.answer = std::move(delivery.answer);
  end(arrival, Arrival::End::delivered, "the browser was sent to " + bare(arrival.url));
}

void deliver(Arrival& arrival, Delivery delivery, const PageContext& context) {
  arrival.signed_in |= context.password_typed;
  arrival.redirected_before_sign_in = arrival.pages.empty();
  deliver(arrival, std::move(delivery));
}

void end_at_page(Arrival& arrival, const Decision& decision) {
  arrival.credentials_refused = decision.asks_again;
  arrival.one_time_code_refused = decision.code_refused;
  auto how = Arrival::End::lost;
  if (decision.kind == Decision::Kind::error_page) how = Arrival::End::error_page;
  if (decision.kind == Decision::Kind::stop) how = Arrival::End::stopped;
  end(arrival, how, decision.why);
}

std::string bare(std::string_view url) {
  return std::string(url.substr(0, url.find_first_of("?#")).substr(0, 300));
}

}  // namespace oauthentic::agent
