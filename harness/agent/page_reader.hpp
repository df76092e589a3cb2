#pragma once
// Reads one page and decides what the resource owner does there. Pure: no I/O, so that every rule can be tested
// on a file.
#include <set>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "agent/submission.hpp"
#include "oauth/html.hpp"

namespace oauthentic::agent {

/// What is known when a page is read.
struct PageContext {
  std::string url;
  int status = 200;
  Account account;
  Consent consent = Consent::grant;
  std::set<std::string> origins;
  std::vector<std::string> redirect_uris;
  Until until = Until::end;
  bool username_typed = false;  ///< on an earlier page of this journey
  bool password_typed = false;
  std::string one_time_code = {};  ///< what to type where one is asked for; empty: the user has none
  bool runs_scripts = false;       ///< a form without a method may be sent by one
  int codes_typed = 0;             ///< one-time codes, in this journey
};

struct Decision {
  enum class Kind { submit, follow, wait, error_page, stop, lost };
  Kind kind = Kind::lost;
  std::string why;  ///< for a person; for `submit` what is typed and pressed, never a password

  const oauth::HtmlForm* form = nullptr;  ///< submit: of the page that was read
  Fill fill;
  std::string url;                        ///< follow
  const oauth::HtmlLink* link = nullptr;  ///< follow: of the page that was read; null if no link leads there
  std::chrono::milliseconds pause{0};     ///< wait: before the page is read again

  bool types_username = false;
  bool types_password = false;
  bool types_code = false;
  bool answers_consent = false;
  bool asks_again = false;    ///< lost: credentials were sent and the same question came back
  bool code_refused = false;  ///< lost: the one-time code was asked for again and again
  bool by_itself = false;     ///< a browser does it without anybody seeing the page
};

/// The decision points into `page`, which must outlive it.
Decision read_page(const oauth::HtmlPage& page, const PageContext& context);

/// A page where nothing is done, and why.
Decision lost_at(std::string why);

/// The beginning of a page's text, for messages.
std::string excerpt(std::string_view text);

/// Why the form's fields must not be filled in so: it goes to a foreign origin, or would put the password into
/// a URL. Nothing if they may.
std::optional<Decision> unsafe_to_type(const oauth::HtmlForm& form, bool password, const Fill& fill,
                                       const PageContext& context);

/// The URL is one of the redirect URIs, query and fragment aside (compared as text, then by their parts).
bool is_redirect_uri(const std::string& url, const std::vector<std::string>& redirect_uris);
/// The URL's origin is one of the provider's.
bool is_at_provider(const std::string& url, const std::set<std::string>& origins);
/// Words of the page or its title tell of a failure, or an error code of RFC 6749 stands there.
bool tells_of_error(std::string_view title, std::string_view text);

}  // namespace oauthentic::agent
