#pragma once
// For tests only: a WebDriver server with a browser of a few pages, as a function.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "agent/webdriver.hpp"
#include "http/loopback_transport.hpp"

namespace oauthentic::agent {

/// Pages are served as the script of the browser would have told them: controls carry their numbers.
class FakeBrowser {
 public:
  using json = nlohmann::json;

  Response handle(const Request& request) {
    const auto path = request.url.substr(request.url.find("/session"));
    const auto body = request.body.empty() ? json() : json::parse(request.body);
    commands.push_back(request.method + ' ' + path);
    if (path == "/session") return open(body);
    if (dead) return failure(404, "invalid session id", "the browser is no more");
    if (request.method == "DELETE") return value(json());
    if (path.ends_with("/url")) {
      if (request.method == "GET") return value(url);
      go(body.at("url"));
      return value(json());
    }
    if (path.ends_with("/screenshot")) return value(screenshot);
    if (path.ends_with("/execute/sync")) return run(body);
    if (path.ends_with("/goog/cdp/execute")) {
      if (body.at("cmd") == "Storage.getCookies") return value({{"cookies", cookies}});
      cookies_put.push_back(body.at("params"));
      return value(json::object());
    }
    const auto element = path.substr(path.find("/element/e") + 10);
    const auto number = element.substr(0, element.find('/'));
    if (path.ends_with("/clear")) return value(json());
    if (path.ends_with("/click")) return click(number);
    typed[number] = body.at("text");
    if (body.at("text") == "\xEE\x80\x87") press(number);
    return value(json());
  }

  std::map<std::string, std::string> pages;    ///< URL without query → what stands there
  std::map<std::string, int> statuses;         ///< of those pages, if not 200
  std::map<std::string, std::string> clicks;   ///< "URL mark" → where a click leads
  std::function<void(FakeBrowser&)> on_click;  ///< before it leads anywhere
  std::string url = "about:blank";
  std::string screenshot = "iVBORw0KGgo=";
  json cookies = json::array();
  bool dead = false;
  bool failed = false;
  int stale = 0;  ///< so many clicks meet an element that is gone
  std::string refuses_sessions;

  std::map<std::string, std::string> typed;  ///< by number, the last text
  std::vector<json> cookies_put;
  std::vector<std::string> commands;
  std::vector<std::string> origins_asked;  ///< under which elements were looked for
  json capabilities;

  void go(const std::string& to) {
    url = to;
    fresh_ = true;
  }

 private:
  static Response value(const json& value) {
    return {200, "", Headers{{"Content-Type", "application/json"}}, json{{"value", value}}.dump(), ""};
  }
  static Response failure(int status, const char* error, const std::string& message) {
    const json told = {
        {"error", error}, {"message", message + "\n  (a driver's own lines)"}, {"stacktrace", ""}};
    return {status, "", Headers{{"Content-Type", "application/json"}}, json{{"value", told}}.dump(), ""};
  }

  Response open(const json& body) {
    capabilities = body.at("capabilities");
    if (!refuses_sessions.empty()) return failure(500, "session not created", refuses_sessions);
    return value({{"sessionId", "s1"}, {"capabilities", {{"browserName", "chrome"}}}});
  }

  Response run(const json& body) {
    const std::string script = body.at("script");
    if (script.find("outerHTML") != std::string::npos) {
      const auto bare = url.substr(0, url.find_first_of("?#"));
      const auto page = pages.find(bare);
      const auto status = statuses.contains(bare) ? statuses[bare] : 200;
      return value({{"url", failed ? "chrome-error://chromewebdata/" : url},
                    {"html", page == pages.end() ? "<title>nothing</title>" : page->second},
                    {"status", status},
                    {"loaded", true},
                    {"failed", failed},
                    {"fresh", std::exchange(fresh_, false)}});
    }
    if (script.find("__oauthentic") != std::string::npos) {
      origins_asked.push_back(body.at("args").at(1));
      return value({{kElementMember, "e" + std::to_string(body.at("args").at(0).get<int>())}});
    }
    return value(json());
  }

  Response click(const std::string& number) {
    if (stale > 0) {
      --stale;
      return failure(404, "stale element reference", "the element is gone");
    }
    if (on_click) on_click(*this);
    if (dead) return failure(404, "invalid session id", "the browser is no more");
    press(number);
    return value(json());
  }

  void press(const std::string& number) {
    const auto next = clicks.find(url.substr(0, url.find_first_of("?#")) + ' ' + number);
    if (next != clicks.end()) go(next->second);
  }

  bool fresh_ = true;
};

}  // namespace oauthentic::agent
