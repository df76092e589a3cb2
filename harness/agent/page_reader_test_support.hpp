#pragma once
// For tests only: a page, what is decided there, and what a browser would send.
#include <string>

#include "agent/page_reader.hpp"
#include "agent/submission.hpp"

namespace oauthentic::agent {

inline PageContext context(Consent consent = Consent::grant) {
  PageContext out;
  out.url = "https://as.test/oauth/authorize?x=1";
  out.account = {"alice@as.test", "the-password-1"};
  out.consent = consent;
  out.origins = {"https://as.test"};
  out.redirect_uris = {"https://app.test/cb"};
  out.one_time_code = "123456";
  return out;
}

/// A page, what was decided there, and the request that a browser would send.
struct Seen {
  explicit Seen(const std::string& html, const PageContext& with) : page(*oauth::parse_html(html, with.url)) {
    decision = read_page(page, with);
    if (decision.kind == Decision::Kind::submit) {
      url = submission_url(*decision.form, decision.fill);
      const auto request = submission_request(*decision.form, decision.fill);
      body = request.method == "POST" ? request.body : request.url.substr(request.url.find('?') + 1);
    } else {
      url = decision.url;
    }
  }
  oauth::HtmlPage page;
  Decision decision;
  std::string url;
  std::string body;
};

}  // namespace oauthentic::agent
