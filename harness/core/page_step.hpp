#pragma once
// What a target file says to do on a page that the agent's own rules do not fit: plain values.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace oauthentic {

struct PageStep {
  /// Which pages it is for: a glob over the whole URL (without its query unless the glob holds a `?`), or a
  /// regular expression (ECMAScript) between slashes that is searched for in the URL.
  std::string at;
  /// Field → value. A field is named by its name, `#id` or label; a value may hold {{user.username}},
  /// {{user.password}} and {{user.totp}}.
  std::vector<std::pair<std::string, std::string>> fill;
  std::string click;      ///< a button's text, name or `#id`; empty: the form's own way of sending it
  std::string follow;     ///< a link's text or `#id`
  bool optional = false;  ///< a page that lacks what it names is left to the agent's own rules
  std::chrono::milliseconds wait{0};  ///< before all else; only a browser can
};

}  // namespace oauthentic
