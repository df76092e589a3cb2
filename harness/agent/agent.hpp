#pragma once
// The resource owner's side: signs in, grants or refuses consent, and tells where the user agent was sent.
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "http/transport.hpp"
#include "oauth/cookies.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html.hpp"

namespace oauthentic::agent {

struct Account {
  std::string username;
  std::string password;
};

enum class Consent { grant, refuse };

/// What the agent uses to reach the provider. `send` records the exchange; redirects are the agent's own
/// affair.
struct UserAgent {
  oauth::CookieJar* cookies = nullptr;
  std::function<http::Answer(const Request&)> send;
  std::function<Time()> now;
};

struct Journey {
  Request first;  ///< the authorization request
  Account account;
  Consent consent = Consent::grant;
  /// Origins of the provider: pages are read, redirects followed and credentials typed there and nowhere else.
  std::set<std::string> origins;
  /// Redirect URIs under test: a redirect to one of them (query and fragment aside) is a delivery even if it
  /// lies on one of `origins`. A redirect to any other foreign origin is a delivery as well: it is told, never
  /// followed.
  std::vector<std::string> redirect_uris;
  /// End as soon as a page asks for the password, without typing it.
  bool stop_at_sign_in = false;
  std::size_t max_steps = 20;  ///< pages and redirects together
};

/// Where a journey ended.
struct Arrival {
  enum class End {
    delivered,   ///< the user agent was sent to a redirect URI (or another foreign place)
    error_page,  ///< the provider shows the user an error and sends nobody anywhere
    sign_in,     ///< a sign-in page, and `stop_at_sign_in` was asked for
    lost,        ///< a page that the agent does not understand, a loop, refused credentials: see `reason`
    no_answer,   ///< a transport error, 429 or 5xx: see `reason`
  };
  End end = End::lost;
  std::string reason;  ///< for a person: what was seen, and what was tried

  std::string url;               ///< delivered: the absolute URL as the provider wrote it
  std::string response_mode;     ///< delivered: "query", "fragment" or "form_post"
  oauth::Parameters parameters;  ///< delivered: what came with it, in order, repeated names kept
  int status = 0;                ///< of the last response; delivered: of the response that carried the redirect
  Response last;                 ///< the last response as it was
  std::string last_url;
  std::string page_title;
  bool signed_in = false;                  ///< credentials were typed and taken in this journey
  bool consented = false;                  ///< a consent page was answered (either way) in this journey
  bool redirected_before_sign_in = false;  ///< delivered without any page having been shown
  std::vector<Response> pages;             ///< every HTML page that was shown to the user, in order
  int status_after_credentials =
      0;                         ///< of the response to the POST that carried the password; 0 if there was none
  std::vector<std::string> log;  ///< one line a step: which form, which fields and button, and why
};

class Agent {
 public:
  virtual ~Agent() = default;
  virtual Arrival travel(const Journey& journey, UserAgent& user_agent) = 0;
};

/// Reads ordinary HTML pages and fills their forms; needs no script.
std::unique_ptr<Agent> make_form_agent();

/// Prints the URL for a person (to `print`), who opens it in a browser; the answer is caught on the loopback
/// redirect URI of the journey. Throws std::runtime_error if its port is taken.
std::unique_ptr<Agent> make_manual_agent(std::function<void(const std::string&)> print,
                                         std::chrono::seconds patience);

}  // namespace oauthentic::agent
