#pragma once
// The resource owner's side: signs in, grants or refuses consent, and tells where the user agent was sent.
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/page_step.hpp"
#include "http/transport.hpp"
#include "oauth/cookies.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html.hpp"
#include "oauth/totp.hpp"

namespace oauthentic::agent {

struct Account {
  std::string username;
  std::string password;
  std::optional<oauth::Totp> totp = std::nullopt;  ///< of the second factor, if there is one
};

enum class Consent { grant, refuse };

/// What the agent uses to reach the provider. `send` records the exchange; redirects are the agent's own
/// affair.
struct UserAgent {
  oauth::CookieJar* cookies = nullptr;
  std::function<http::Answer(const Request&)> send;
  std::function<Time()> now;
  /// Told before a secret of the user's is typed: its kind ("password", "one_time_code"), the field's name and
  /// the text.
  std::function<void(const std::string& kind, const std::string& field, const std::string& text)> typed;
  /// Held while an answer to a consent page is under way, if there is one: providers trip over two of one user.
  std::mutex* consent_turn = nullptr;
  /// The same for a password: providers take two sign-ins of one user at once for an attack.
  std::mutex* sign_in_turn = nullptr;
};

/// An HTML page that was shown to the user.
struct ShownPage {
  std::string url;
  Response response;
  std::shared_ptr<const oauth::HtmlPage> page = nullptr;  ///< as it was read; nothing if that failed
};

/// How far the resource owner goes.
enum class Until {
  end,        ///< through sign-in and consent
  sign_in,    ///< until a page asks for the password, which is not typed
  consent,    ///< until a page asks for consent, which is not answered
  next_page,  ///< no page is answered but the one that the journey begins with (`Journey::from`)
};

struct Journey {
  Request first;  ///< the authorization request
  /// Instead of `first`: a page that somebody was shown before; its form is answered, with this user agent's
  /// cookies.
  std::optional<ShownPage> from;
  Account account;
  Consent consent = Consent::grant;
  std::vector<PageStep> steps;  ///< what to do on pages that the agent's own rules do not fit
  /// Origins of the provider: pages are read, redirects followed and credentials typed there and nowhere else.
  std::set<std::string> origins;
  /// Redirect URIs under test: a redirect to one of them (query and fragment aside) is a delivery even if it
  /// lies on one of `origins`. A redirect to any other foreign origin is a delivery as well: it is told, never
  /// followed.
  std::vector<std::string> redirect_uris;
  /// The one that was asked for: the first of them.
  std::string redirect_uri() const { return redirect_uris.empty() ? std::string() : redirect_uris.front(); }
  std::string
      callback_certificate;  ///< PEM, of a listener on an https redirect URI; empty: one is made on the spot
  std::string callback_key;  ///< PEM
  Until until = Until::end;
  std::size_t max_steps = 20;  ///< pages and redirects together
};

inline constexpr std::size_t kMaxScreenshot = 2 * 1024 * 1024;

/// Where a journey ended.
struct Arrival {
  enum class End {
    delivered,   ///< the user agent was sent to a redirect URI (or another foreign place)
    error_page,  ///< the provider shows the user an error and sends nobody anywhere
    stopped,     ///< at the page that `Journey::until` names: the last of `pages`
    lost,        ///< a page that the agent does not understand, a loop, refused credentials: see `reason`
    no_answer,   ///< a transport error, 429 or 5xx: see `reason`
  };
  End end = End::lost;
  std::string reason;  ///< for a person: what was seen, and what was tried

  std::string url;               ///< delivered: the absolute URL as the provider wrote it
  std::string response_mode;     ///< delivered: "query", "fragment" or "form_post"
  oauth::Parameters parameters;  ///< delivered: what came with it, in order, repeated names kept
  oauth::Parameters answer;      ///< delivered: those of them that the redirect URI did not hold by itself
  int status = 0;                ///< of the last response; delivered: of the response that carried the redirect
  Response last;                 ///< the last response as it was
  std::string last_url;
  std::string page_title;
  bool signed_in = false;                  ///< credentials were typed and taken in this journey
  bool consented = false;                  ///< a consent page was answered (either way) in this journey
  bool credentials_refused = false;        ///< lost: they were typed, and the same question came back
  bool one_time_code_refused = false;      ///< lost: two codes were typed, and the same question came back
  bool redirected_before_sign_in = false;  ///< delivered without any page having been shown
  /// False if the agent cannot tell what the user was shown, nor what was typed.
  bool pages_seen = true;
  /// False if the agent saw pages as a browser shows them, without the responses that they came with.
  bool responses_seen = true;
  std::string screenshot;  ///< PNG octets of the last page, at most kMaxScreenshot; empty if there is none
  std::vector<ShownPage> pages;  ///< every HTML page that was shown to the user, in order
  /// Of the response to the POST that carried the password, and a 307 or 308 rather than what came of repeating
  /// it; 0 if there was no such POST.
  int status_after_credentials = 0;
  std::vector<std::string> log;  ///< one line a step: which form, which fields and button, and why
};

class Agent {
 public:
  virtual ~Agent() = default;
  virtual Arrival travel(const Journey& journey, UserAgent& user_agent) = 0;
};

/// Reads ordinary HTML pages and fills their forms, by the journey's steps where they fit; needs no script.
std::unique_ptr<Agent> make_form_agent();

/// Prints the URL for a person (to `print`), who opens it in a browser; the answer is caught on the loopback
/// redirect URI of the journey. Throws std::runtime_error if its port is taken.
std::unique_ptr<Agent> make_manual_agent(std::function<void(const std::string&)> print,
                                         std::chrono::seconds patience);

/// Starts `command` with the URL as its last argument and takes the last line of its standard output for the
/// URL that the user was sent to. Username, password, redirect URI and what to answer to consent are in its
/// environment (OAUTHENTIC_USERNAME, OAUTHENTIC_PASSWORD, OAUTHENTIC_REDIRECT_URI, OAUTHENTIC_CONSENT).
std::unique_ptr<Agent> make_command_agent(std::vector<std::string> command, std::chrono::seconds patience);

struct BrowserOptions {
  http::Transport* transport = nullptr;                ///< reaches the driver; has to outlive the agent
  std::string driver_url;                              ///< of a driver that runs; empty: `driver` is started
  std::string driver = "chromedriver";                 ///< looked for in PATH
  bool insecure = false;                               ///< accept any certificate
  std::chrono::milliseconds page_patience{15'000};     ///< for one page to be shown and understood
  std::chrono::milliseconds journey_patience{90'000};  ///< for all of it
  std::chrono::milliseconds glance{100};               ///< between two looks at a page
};

/// A real browser, by the W3C WebDriver protocol: a new session and a fresh profile for each journey, with the
/// cookies of the journey's user agent where the browser lets them be set. Decides as the form agent does.
std::unique_ptr<Agent> make_webdriver_agent(BrowserOptions options);

}  // namespace oauthentic::agent
