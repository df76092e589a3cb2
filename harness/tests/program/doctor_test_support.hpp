#pragma once
// For tests only: oauthentic doctor, run against a target file, and what it told.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {

using nlohmann::json;

struct Told {
  int status = 0;
  json findings;
  std::string blamed;  ///< "step: culprit" of the first failure; "nobody"
  std::string advice;  ///< of the same
  std::string seen;
  Ended ended;

  const json& at(const std::string& step) const {
    static const json none = json::object();
    for (const auto& finding : findings) {
      if (finding.value("step", "") == step) return finding;
    }
    return none;
  }
  std::string result(const std::string& step) const {
    return at(step).value("result", "there is no such step");
  }
};

inline Told examine(const Folder& folder, const std::string& target) {
  folder.write("t.yaml", target);
  Told told;
  told.ended = run(folder, {"doctor", "--target", "t.yaml", "--json"});
  told.status = told.ended.status;
  const auto all = json::parse(told.ended.out, nullptr, false);
  EXPECT_TRUE(all.is_object()) << told.ended.out << told.ended.err;
  if (!all.is_object()) return told;
  EXPECT_EQ(all.value("exit_status", -1), told.status);
  told.findings = all.at("findings");
  told.blamed = "nobody";
  for (const auto& finding : told.findings) {
    if (finding.at("result") != "failed") continue;
    told.blamed = finding.value("step", "") + ": " + finding.value("culprit", "");
    told.advice = finding.value("advice", "");
    told.seen = finding.value("seen", "");
    EXPECT_NE(told.advice, "") << told.blamed;
    break;
  }
  return told;
}

inline Told examine(const std::string& target) {
  const Folder folder;
  return examine(folder, target);
}

/// A provider that answers so where `path` stands in the URL.
inline Hooks answering(std::string path, Response response) {
  Hooks hooks;
  hooks.instead = [path = std::move(path), response = std::move(response)](const Request& request) {
    return request.url.contains(path) ? std::optional(response) : std::nullopt;
  };
  return hooks;
}

inline Response status(int code, std::string body = "") {
  return {code, "As told", {{"Content-Type", "text/html"}}, std::move(body), ""};
}

/// The line `key: value` of one client, replaced.
inline std::string with_client_value(const std::string& yaml, const std::string& client, const std::string& key,
                                     const std::string& value) {
  const auto begin = yaml.find("  " + client + ":\n");
  const auto line = yaml.find("    " + key + ": ", begin);
  EXPECT_NE(line, std::string::npos);
  return yaml.substr(0, line) + "    " + key + ": " + value + yaml.substr(yaml.find('\n', line));
}

/// The mock's target file with another first API.
inline std::string with_first_api(const std::string& yaml, const std::string& url) {
  const auto begin = yaml.find("api:\n- url: ") + 12;
  return yaml.substr(0, begin) + "\"" + url + "\"" + yaml.substr(yaml.find('\n', begin));
}

inline std::string minimal(const std::string& issuer, const std::string& more = "") {
  return "issuer: \"" + issuer + "\"\nredirect_uri: \"http://127.0.0.1:8765/callback\"\n" +
         "clients:\n  public: { client_id: \"app\" }\nuser: { username: alice, password: \"a secret of mine\" "
         "}\n" +
         "limits: { timeout: 500ms }\n" + more;
}

}  // namespace oauthentic::program
