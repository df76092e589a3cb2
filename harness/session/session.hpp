#pragma once
// One scenario's whole world: its client and user, cookies, clock, random source, and what its steps have seen.
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "oauth/cookies.hpp"
#include "oauth/redaction.hpp"
#include "session/world.hpp"

namespace oauthentic::session {

/// What a flow has in its hands: the latest of each kind.
struct Grant {
  const script::Client* client = nullptr;
  std::string user = "user";
  std::string code;
  std::string redirect_uri;  ///< as sent in the authorization request; empty if it was left out
  std::string code_verifier;
  std::string access_token;
  std::string refresh_token;
  std::string scope;         ///< what was asked for
  oauth::CookieJar cookies;  ///< of its user's agent
};

/// Registered names (grant_types, response_types, authentication_methods, challenge_methods), for tables over
/// what a server does and does not advertise.
const nlohmann::json& vocabulary();

/// Thrown for a mistake of ours or of a script, caught in the runner: harness_error.
class HarnessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Session {
 public:
  /// `id` names the exchanges; `fresh`: nobody is signed in yet.
  Session(World& world, std::string id, const script::Client& client, const std::string& user, bool fresh);
  /// Gives the sign-ins back.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  World& world() { return world_; }
  const script::Target& target() const { return *world_.target; }
  const Discovery& discovery() const { return world_.discovery; }

  /// The grant of a flow instance; "" is the scenario's own.
  Grant& grant(const std::string& instance);
  /// Another flow instance, with the kept sign-in of its user.
  Grant& add_instance(const std::string& name, const script::Client& client, const std::string& user);
  Random& random() { return *random_; }

  /// Real time, or the mock's where its clock was moved.
  Time now() const;
  /// Moves the mock's clock, or lets real time pass.
  void wait(std::chrono::seconds duration);

  /// Sends and remembers the exchange under `label`; what is put off (429, or 503 with Retry-After) is tried
  /// again twice, when it is time. An endpoint that was given up gets nothing more.
  http::Answer send(const std::string& label, Request request);
  std::vector<http::Answer> send_together(const std::string& label, const std::vector<Request>& requests);

  /// From now on this is a secret, also in what was sent before and is not yet recorded.
  void secret(std::string_view kind, std::string_view value);
  /// The same for what is typed into a field of a form, however short.
  void typed_secret(std::string_view kind, std::string_view field, std::string_view value);
  std::string redact(std::string_view text) const;
  /// Hands over what was sent since the last call; returns the ids.
  std::vector<std::string> flush();

  /// Facts by step: {"redeem": {...}, "victim": {"authorize": {...}}}.
  nlohmann::json& facts() { return facts_; }
  /// The page at which a step was stopped, by step, for another step to go on from.
  std::map<std::string, agent::ShownPage>& stopped_at() { return stopped_at_; }
  /// Values of "{{each.x}}".
  nlohmann::json& row() { return row_; }
  /// What a placeholder stands for; nothing if there is no such value.
  std::optional<nlohmann::json> lookup(const std::string& path);
  /// Replaces all placeholders; on failure `missing` names the first without a value.
  nlohmann::json resolve(const nlohmann::json& value, std::string& missing);

  std::size_t requests_sent() const { return sent_; }

 private:
  nlohmann::json client_values(const script::Client& client) const;
  std::optional<nlohmann::json> random_value(const std::string& kind);
  std::optional<nlohmann::json> row_value(const std::string& path);
  void decorate(Request& request) const;
  void note(const std::string& url, const http::Answer& answer, const http::SendLimits& limits);
  Exchange& remember(const std::string& label, const Request& request, http::Answer answer,
                     std::chrono::system_clock::time_point started, std::chrono::microseconds duration);

  World& world_;
  std::string id_;
  std::map<std::string, Grant> grants_;
  std::unique_ptr<Random> random_;
  std::chrono::seconds clock_offset_{0};
  std::optional<oauth::Redactor> redactor_;
  std::vector<Exchange> pending_;
  nlohmann::json facts_ = nlohmann::json::object();
  std::map<std::string, agent::ShownPage> stopped_at_;
  nlohmann::json row_ = nlohmann::json::object();
  std::size_t sent_ = 0;
};

}  // namespace oauthentic::session
