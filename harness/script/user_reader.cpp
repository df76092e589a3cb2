#include "script/user_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/number.hpp"
#include "core/suggest.hpp"
#include "oauth/url.hpp"
#include "script/placeholder.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

class UserReader {
 public:
  UserReader(const Document& document, Target& target, Diagnostics& diagnostics)
      : document_(document), target_(target), diagnostics_(diagnostics) {}

  User read(const std::string& pointer, const json& node) {
    user_.username = node.at("username").get<std::string>();
    user_.password = node.value("password", std::string());
    if (!user_.password.empty()) target_.secrets.emplace_back("password", user_.password);
    user_.agent = node.value("agent", user_.agent);
    if (node.contains("totp")) read_totp(pointer_to(pointer, "totp"), node.at("totp").get<std::string>());
    user_.webdriver = node.value("webdriver", std::string());
    if (!user_.webdriver.empty()) check_webdriver(pointer_to(pointer, "webdriver"));
    user_.command = node.value("command", std::vector<std::string>());
    const auto steps = node.value("steps", json::array());
    for (std::size_t i = 0; i < steps.size(); ++i)
      user_.steps.push_back(read_step(pointer_to(pointer_to(pointer, "steps"), i), steps[i]));
    check_together(pointer, node);
    return std::move(user_);
  }

 private:
  void tell(const std::string& pointer, std::string message) {
    diagnostics_.add(document_.place(pointer), std::move(message));
  }

  void read_totp(const std::string& pointer, const std::string& text) {
    if (auto totp = oauth::parse_totp(text)) {
      user_.totp = *std::move(totp);
    } else {
      tell(pointer, "totp: " + totp.error());
    }
    target_.secrets.emplace_back("totp", text);
  }

  void check_webdriver(const std::string& pointer) {
    const auto url = oauth::parse_url(user_.webdriver);
    if (!url || (url->scheme != "http" && url->scheme != "https"))
      tell(pointer, fmt::format("\"{}\" is no http or https URL", user_.webdriver));
  }

  /// What belongs to one agent is a mistake beside another: it would be passed over in silence.
  void check_together(const std::string& pointer, const json& node) {
    const auto& agent = user_.agent;
    const auto needs = [&](const char* member, bool fits, std::string_view wanted) {
      if (node.contains(member) && !fits)
        tell(pointer_to(pointer, member), fmt::format("`{}` needs agent: {}", member, wanted));
    };
    needs("steps", agent == "steps" || agent == "webdriver", "steps, or agent: webdriver");
    needs("webdriver", agent == "webdriver", "webdriver");
    needs("command", agent == "command", "command");
    needs("totp", agent != "manual" && agent != "command", "forms, steps or webdriver");
    if (agent == "steps" && user_.steps.empty()) tell(pointer, "agent: steps needs `steps`");
    if (agent == "command" && user_.command.empty()) tell(pointer, "agent: command needs `command`");
  }

  PageStep read_step(const std::string& pointer, const json& node) {
    PageStep step;
    step.at = node.at("at").get<std::string>();
    check_at(pointer_to(pointer, "at"), step.at);
    step.click = node.value("click", std::string());
    step.follow = node.value("follow", std::string());
    step.optional = node.value("optional", false);
    const auto fill = node.value("fill", json::object());
    for (const auto& [field, value] : fill.items()) {
      const auto place = pointer_to(pointer_to(pointer, "fill"), field);
      check_value(place, value.get_ref<const std::string&>());
      // Space inside the braces is allowed in a file; the agent knows one spelling.
      const auto spelled = [](const std::string& path) { return std::optional<json>("{{" + path + "}}"); };
      std::string missing;
      const auto text = substitute(value, spelled, missing);
      step.fill.emplace_back(field, text.is_string() ? text.get<std::string>() : std::string());
    }
    if (node.contains("wait")) {
      step.wait = duration(pointer_to(pointer, "wait"), node.at("wait").get<std::string>());
      if (user_.agent != "webdriver") tell(pointer_to(pointer, "wait"), "`wait` needs agent: webdriver");
    }
    if (!step.follow.empty() && (!step.click.empty() || !step.fill.empty()))
      tell(pointer_to(pointer, "follow"),
           "`follow` leaves the page: it stands alone, without `fill` and `click`");
    const bool idle = step.follow.empty() && step.click.empty() && step.fill.empty() && !node.contains("wait");
    if (idle) tell(pointer, "this step does nothing; it needs `fill`, `click` or `follow`");
    return step;
  }

  void check_at(const std::string& pointer, const std::string& at) {
    if (!at.starts_with('/')) return;
    if (at.size() < 3 || !at.ends_with('/')) {
      tell(pointer, fmt::format("\"{}\" matches no URL: a glob is over the whole of it (\"*{}\"), a regular "
                                "expression ends with a slash",
                                at, at));
      return;
    }
    try {
      static_cast<void>(std::regex(at.substr(1, at.size() - 2)));
    } catch (const std::regex_error& error) {
      tell(pointer, fmt::format("{} is no regular expression: {}", at, error.what()));
    }
  }

  void check_value(const std::string& pointer, const std::string& value) {
    static const std::vector<std::string> known = {"user.username", "user.password", "user.totp"};
    for (const auto& path : placeholders_in(value)) {
      if (path == "{{") {
        tell(pointer, "\"{{\" without \"}}\"");
      } else if (path == "user.totp" && !user_.totp) {
        tell(pointer, "{{user.totp}} needs `totp`, the secret that the codes are made from");
      } else if (std::ranges::find(known, path) == known.end()) {
        tell(pointer, fmt::format("unknown placeholder {{{{{}}}}}{}", path, did_you_mean(path, known)));
      }
    }
    // A value from the environment or a file is a secret unless it is one of those that are known already.
    const auto& raw = document_.value().at(json::json_pointer(pointer));
    if (raw.is_string() && raw.get_ref<const std::string&>().contains("${") && !value.empty())
      target_.secrets.emplace_back("typed_value", value);
  }

  std::chrono::milliseconds duration(const std::string& pointer, const std::string& text) {
    constexpr double kMostSeconds = 60;
    const auto read = read_leading_number(text);
    const auto unit = read ? read->rest : "";
    const double number = read ? read->number : 0;
    const double seconds = unit == "ms" ? number / 1000 : number;
    const bool known = unit == "ms" || unit == "s" || unit.empty();
    if (!read || !known || seconds <= 0 || seconds > kMostSeconds) {
      tell(pointer, fmt::format("\"{}\" is no time to wait; write 500ms or 2s, at most 60s", text));
      return {};
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }

  const Document& document_;
  Target& target_;
  Diagnostics& diagnostics_;
  User user_;
};

}  // namespace

User read_user(const Document& document, const std::string& pointer, const json& node, Target& target,
               Diagnostics& diagnostics) {
  return UserReader(document, target, diagnostics).read(pointer, node);
}

}  // namespace oauthentic::script
