// The loop that sends requests, follows redirects and acts on what page_reader decides.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "agent/agent.hpp"
#include "agent/browser_fields.hpp"
#include "agent/delivery.hpp"
#include "agent/journey_end.hpp"
#include "agent/page_reader.hpp"
#include "agent/steps.hpp"
#include "oauth/html_text.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

bool is_redirect(const Response& response) {
  const auto s = response.status;
  return (s == 301 || s == 302 || s == 303 || s == 307 || s == 308) && response.headers.has("Location");
}

bool is_html(const Response& response) {
  const auto type = response.media_type();
  if (type == "text/html" || type == "application/xhtml+xml") return true;
  return type.empty() && trim(std::string_view(response.body).substr(0, 200)).starts_with('<');
}

/// One journey from its first request to its arrival.
class Traveller {
 public:
  Traveller(const Journey& journey, UserAgent& user_agent)
      : journey_(journey), user_agent_(user_agent), steps_(journey.steps), context_(beginning_of(journey)) {}

  Arrival run() {
    std::optional<Request> next = journey_.from ? take_up(*journey_.from) : journey_.first;
    for (std::size_t step = 0; next; ++step) {
      if (step >= journey_.max_steps) {
        lose(arrival_,
             fmt::format("no end after {} pages and redirects; the last was {}", step, arrival_.last_url));
        break;
      }
      next = take_step(*std::move(next));
    }
    return std::move(arrival_);
  }

 private:
  /// The answer to a page that was shown before.
  std::optional<Request> take_up(const ShownPage& page) {
    arrival_.last = page.response;
    arrival_.last_url = page.url;
    arrival_.status = page.response.status;
    auto next = read(page.response);
    first_page_answered_ = true;
    return next;
  }

  /// The next request, or nothing when the journey has ended.
  std::optional<Request> take_step(Request request) {
    dress(request);
    const auto answer = send(request);
    if (const auto* error = std::get_if<TransportError>(&answer)) {
      end(arrival_, Arrival::End::no_answer,
          fmt::format("{}: {} ({})", bare(request.url), error->message, to_string(error->kind)));
      return std::nullopt;
    }
    const auto& response = std::get<Response>(answer);
    const auto now = user_agent_.now ? user_agent_.now() : Time{};
    if (user_agent_.cookies) user_agent_.cookies->store(request.url, response.headers, now);
    arrival_.last = response;
    arrival_.last_url = request.url;
    arrival_.status = response.status;
    const bool repeated = arrival_.status_after_credentials == 307 || arrival_.status_after_credentials == 308;
    if (carries_password_ && !repeated) arrival_.status_after_credentials = response.status;
    if (response.status >= 500 || response.status == 429) {
      end(arrival_, Arrival::End::no_answer,
          fmt::format("{} answered with status {}", bare(request.url), response.status));
      return std::nullopt;
    }
    if (is_redirect(response)) return follow_redirect(request, response);
    carries_password_ = false;
    if (is_html(response)) return read(response);
    read_other(response);
    return std::nullopt;
  }

  http::Answer send(const Request& request) {
    std::unique_lock<std::mutex> turn;
    if (std::exchange(answers_consent_, false) && user_agent_.consent_turn) {
      turn = std::unique_lock(*user_agent_.consent_turn);
    } else if (carries_password_ && user_agent_.sign_in_turn) {
      turn = std::unique_lock(*user_agent_.sign_in_turn);
    }
    return user_agent_.send(request);
  }

  /// What a browser adds to every request.
  void dress(Request& request) const {
    if (request.octets) return;
    add_browser_fields(request, page_url_);
    if (!user_agent_.cookies || request.headers.has("Cookie")) return;
    const auto now = user_agent_.now ? user_agent_.now() : Time{};
    if (auto cookies = user_agent_.cookies->header_for(request.url, now))
      request.headers.add("Cookie", *cookies);
  }

  std::optional<Request> follow_redirect(const Request& request, const Response& response) {
    const auto location = trim(response.headers.value("Location"));
    const auto url = absolute_location(request.url, location);
    const bool usable = oauth::parse_url(url).has_value();
    auto delivery = read_delivery(as_written(location, url), journey_.redirect_uri());
    const bool back = usable ? is_redirect_uri(url, journey_.redirect_uris)
                             : begins_with_redirect_uri(location, journey_.redirect_uris);
    if (back || (usable && !is_at_provider(url, context_.origins)) ||
        answers_request(delivery, journey_.first)) {
      note(fmt::format("{} sent the browser to {}", response.status, bare(url)));
      deliver(arrival_, std::move(delivery), context_);
      return std::nullopt;
    }
    if (!usable) {
      lose(arrival_, fmt::format("status {} with a Location that is no URL: {}", response.status,
                                 location.substr(0, 300)));
      return std::nullopt;
    }
    Request next;
    next.url = url.substr(0, url.find('#'));
    const bool repeats = response.status == 307 || response.status == 308;
    if (repeats && request.method != "GET") {
      const auto from = oauth::parse_url(request.url);
      if (carries_password_ && from && from->origin() != oauth::parse_url(url)->origin()) {
        lose(arrival_, fmt::format("status {} would send the password on to {}", response.status, bare(url)));
        return std::nullopt;
      }
      next.method = request.method;
      next.body = request.body;
      if (const auto* type = request.headers.find("Content-Type")) next.headers.add("Content-Type", *type);
    } else {
      carries_password_ = false;
    }
    note(fmt::format("{} to {}", response.status, bare(url)));
    if (++visits_[next.method + next.url] > kMostVisits) {
      lose(arrival_, fmt::format("the provider redirects in a circle: {}", bare(url)));
      return std::nullopt;
    }
    return next;
  }

  std::optional<Request> read(const Response& response) {
    auto parsed = oauth::parse_html(response.body, arrival_.last_url);
    if (!parsed) {
      arrival_.pages.push_back({arrival_.last_url, response, nullptr});
      lose(arrival_, parsed.error());
      return std::nullopt;
    }
    if (const auto* refresh = response.headers.find("Refresh"); refresh && !parsed->refresh) {
      const auto target = oauth::refresh_target(*refresh);
      if (!target.empty()) parsed->refresh = oauth::resolve_attribute_url(arrival_.last_url, target);
    }
    const auto page = std::make_shared<const oauth::HtmlPage>(*std::move(parsed));
    context_.url = arrival_.last_url;
    context_.status = response.status;
    context_.one_time_code = next_code(journey_, user_agent_, context_);
    auto by_step = steps_.read(*page, context_);
    auto decision = by_step ? *std::move(by_step) : read_page(*page, context_);
    arrival_.page_title = page->title;
    if (!decision.by_itself) arrival_.pages.push_back({arrival_.last_url, response, page});
    // A redirect after the credentials, or a page right away, that asks for them no more: they were taken.
    const bool moved_on = arrival_.status_after_credentials > 0 && arrival_.status_after_credentials < 400;
    arrival_.signed_in |= context_.password_typed && moved_on && !decision.asks_again && !decision.types_code &&
                          !decision.code_refused;
    page_url_ = arrival_.last_url;
    note(fmt::format("page \"{}\" ({}): {}", page->title, response.status, decision.why));
    const bool answers = decision.kind == Decision::Kind::submit || decision.kind == Decision::Kind::follow;
    if (first_page_answered_ && journey_.until == Until::next_page && answers && !decision.by_itself) {
      end(arrival_, Arrival::End::error_page,
          fmt::format("a page is shown in place of an answer: {}", page->title));
      return std::nullopt;
    }
    switch (decision.kind) {
      case Decision::Kind::submit:
        return submit(decision);
      case Decision::Kind::follow:
        return follow_link(decision);
      default:
        end_at_page(arrival_, decision);
        return std::nullopt;
    }
  }

  std::optional<Request> submit(const Decision& decision) {
    arrival_.consented |= decision.answers_consent;
    const auto url = submission_url(*decision.form, decision.fill);
    const bool provider = is_at_provider(url, context_.origins);
    const bool back = is_redirect_uri(url, journey_.redirect_uris);
    const auto parsed = oauth::parse_url(url);
    if (!back && (!parsed || parsed->scheme == "javascript")) {
      lose(arrival_, "the form goes to what is no URL, or is sent by a script: " + url.substr(0, 300));
      return std::nullopt;
    }
    if (!decision.types_password && (back || !provider)) {
      const bool post = submission_method(*decision.form, decision.fill) == "post";
      auto to = submission_request(*decision.form, decision.fill).url;
      deliver(arrival_,
              post ? read_posted(std::move(to), submission_entries(*decision.form, decision.fill))
                   : read_delivery(std::move(to), journey_.redirect_uri()),
              context_);
      return std::nullopt;
    }
    const auto signature =
        fmt::format("{} {}", arrival_.page_title, describe_form(*decision.form, decision.fill));
    if (++visits_[signature] > kMostSubmissions) {
      lose(arrival_, fmt::format("the page \"{}\" comes back each time it is answered", arrival_.page_title));
      return std::nullopt;
    }
    std::erase_if(visits_, [](const auto& visit) { return visit.first.starts_with("GET"); });
    tell_typed(decision, context_, user_agent_);
    remember(decision, context_);
    carries_password_ = decision.types_password;
    answers_consent_ = decision.answers_consent;
    return submission_request(*decision.form, decision.fill);
  }

  std::optional<Request> follow_link(const Decision& decision) {
    arrival_.consented |= decision.answers_consent;
    if (is_redirect_uri(decision.url, journey_.redirect_uris) ||
        !is_at_provider(decision.url, context_.origins)) {
      if (!oauth::parse_url(decision.url)) {
        lose(arrival_, "the page leads to what is no URL: " + decision.url.substr(0, 300));
      } else {
        deliver(arrival_, read_delivery(decision.url, journey_.redirect_uri()), context_);
      }
      return std::nullopt;
    }
    Request next;
    next.url = decision.url.substr(0, decision.url.find('#'));
    if (++visits_["GET" + next.url] > kMostVisits) {
      lose(arrival_, "the provider leads in a circle: " + bare(next.url));
      return std::nullopt;
    }
    answers_consent_ = decision.answers_consent;
    return next;
  }

  /// JSON, text or nothing at all.
  void read_other(const Response& response) {
    const auto type = response.media_type();
    const auto shown = oauth::fold_space(response.body, 300);
    const auto what =
        fmt::format("status {}, {}: {}", response.status, type.empty() ? "no media type" : type, shown);
    const auto json =
        type.ends_with("json") ? oauth::parse_json(response.body) : std::unexpected(std::string());
    const bool says_error = json ? json->is_object() && json->contains("error") : tells_of_error("", shown);
    if (response.status >= 400 || (says_error && !response.body.empty())) {
      end(arrival_, Arrival::End::error_page, what);
    } else {
      lose(arrival_, "an answer that is no page: " + what);
    }
  }

  static std::string describe_form(const oauth::HtmlForm& form, const Fill& fill) {
    std::string text = bare(submission_url(form, fill));
    for (const auto& field : form.fields)
      text += ' ' + field.name;
    return text;
  }
  void note(std::string line) { arrival_.log.push_back(std::move(line)); }
  static constexpr int kMostVisits = 4;
  static constexpr int kMostSubmissions = 2;

  const Journey& journey_;
  UserAgent& user_agent_;
  StepReader steps_;
  PageContext context_;
  Arrival arrival_;
  std::string page_url_;  ///< the page that is shown: whose link or form leads on
  bool carries_password_ = false;
  bool answers_consent_ = false;      ///< the next request does
  bool first_page_answered_ = false;  ///< of a journey that begins with a page
  std::map<std::string, int> visits_;
};

class FormAgent : public Agent {
 public:
  Arrival travel(const Journey& journey, UserAgent& user_agent) override {
    return Traveller(journey, user_agent).run();
  }
};

}  // namespace

std::unique_ptr<Agent> make_form_agent() {
  return std::make_unique<FormAgent>();
}

}  // namespace oauthentic::agent
