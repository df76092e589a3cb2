#pragma once
// A provider of a few pages, without sockets, for the tests of the agent that fills in forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

inline Response html(std::string body, int status = 200) {
  return {status, "", Headers{{"Content-Type", "text/html; charset=utf-8"}}, std::move(body), ""};
}
inline Response redirect(std::string location, int status = 302) {
  return {status, "", Headers{{"Location", std::move(location)}}, "", ""};
}

inline const std::string kSignIn =
    "<title>Sign in</title><form method=post action=/login><input type=hidden name=csrf value=c1><input "
    "name=user>"
    "<input type=password name=pass><input type=checkbox name=stay><button>Sign in</button></form>";
inline const std::string kConsent =
    "<title>Consent</title><p>demo wants access<form method=post action=/consent><input type=hidden name=csrf "
    "value=c2>"
    "<button name=d value=no>Deny</button><button name=d value=yes>Allow</button></form>";

/// A journey through pages that are served from a table, with all that was sent.
class FormAgent : public testing::Test {
 protected:
  using Page = std::function<http::Answer(const Request&)>;

  FormAgent() {
    journey_.first.url = "https://as.test/authorize?client_id=demo&state=s1";
    journey_.account = {"alice", "the-password-1"};
    journey_.origins = {"https://as.test"};
    journey_.redirect_uris = {"https://app.test/cb"};
  }

  /// "POST /login" → what answers it, query aside.
  void serve(const std::string& line, Page page) { pages_[line] = std::move(page); }
  void serve(const std::string& line, const Response& response) {
    serve(line, [response](const Request&) -> http::Answer { return response; });
  }

  Arrival travel() {
    UserAgent user_agent;
    user_agent.cookies = &jar_;
    user_agent.sign_in_turn = &sign_in_turn_;
    user_agent.consent_turn = &consent_turn_;
    user_agent.now = [] { return Time(std::chrono::seconds(1'700'000'000)); };
    typed_.clear();
    user_agent.typed = [this](const std::string& kind, const std::string& field, const std::string& text) {
      typed_.push_back(kind + ' ' + field + ' ' + text);
    };
    user_agent.send = [this](const Request& request) -> http::Answer {
      sent_.push_back(request);
      const auto url = oauth::parse_url(request.url);
      const auto page = pages_.find(request.method + ' ' + url->path);
      if (page == pages_.end()) return html("<p>nothing here", 404);
      return page->second(request);
    };
    auto arrival = make_form_agent()->travel(journey_, user_agent);
    for (const auto& line : arrival.log)
      EXPECT_THAT(line, testing::Not(testing::HasSubstr("the-password-1")));
    EXPECT_FALSE(arrival.reason.empty());
    return arrival;
  }

  /// Sign-in, consent, delivery; state is kept in cookies.
  void serve_provider() {
    serve("GET /authorize", [](const Request& r) -> http::Answer {
      const auto cookies = r.headers.value("Cookie");
      if (!cookies.contains("session=1")) return redirect("/login?next=1");
      if (!cookies.contains("consent=1")) return html(kConsent);
      return redirect("https://app.test/cb?code=c-1&state=s1");
    });
    serve("GET /login", html(kSignIn));
    serve("POST /login", [](const Request& r) -> http::Answer {
      auto response = redirect("https://as.test/authorize?client_id=demo&state=s1", 303);
      if (r.body == "csrf=c1&user=alice&pass=the-password-1")
        response.headers.add("Set-Cookie", "session=1; HttpOnly");
      return response;
    });
    serve("POST /consent", [](const Request& r) -> http::Answer {
      if (r.body != "csrf=c2&d=yes") return redirect("https://app.test/cb?error=access_denied&state=s1");
      auto response = redirect("/authorize?client_id=demo&state=s1");
      response.headers.add("Set-Cookie", "consent=1");
      return response;
    });
  }

  Journey journey_;
  /// Whether somebody holds it, as another thread sees it.
  static bool is_held(std::mutex& turn) {
    return std::async(std::launch::async,
                      [&turn] {
                        if (!turn.try_lock()) return true;
                        turn.unlock();
                        return false;
                      })
        .get();
  }

  oauth::CookieJar jar_;
  std::mutex sign_in_turn_;
  std::mutex consent_turn_;
  std::map<std::string, Page> pages_;
  std::vector<Request> sent_;
  std::vector<std::string> typed_;  ///< what was told to be secret: kind, field, text
};

}  // namespace oauthentic::agent
