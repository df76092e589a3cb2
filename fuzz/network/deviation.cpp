#include "fuzz/network/deviation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kLong = 200;
constexpr std::ptrdiff_t kDeep = 10;
constexpr std::string_view kCodings[] = {"form", "json", "multipart"};

/// The kinds of octets that parsers treat in a way of their own.
std::vector<std::string_view> kinds_in(std::string_view text) {
  std::vector<std::string_view> kinds;
  const auto has = [&](std::string_view octets) { return text.find_first_of(octets) != text.npos; };
  if (text.find('\0') != text.npos) kinds.push_back("nul");
  if (has("\r\n")) kinds.push_back("line break");
  if (has("\t")) kinds.push_back("tab");
  if (std::ranges::any_of(text,
                          [](unsigned char c) { return c < 0x20 && c != 0 && c != 9 && c != 10 && c != 13; }))
    kinds.push_back("control");
  if (has("'\"`\\")) kinds.push_back("quote");
  if (has("<>")) kinds.push_back("markup");
  if (has("${}")) kinds.push_back("expression");
  if (has("%")) kinds.push_back("percent");
  if (has("[]")) kinds.push_back(std::ranges::count(text, '[') > kDeep ? "many brackets" : "brackets");
  if (has("#")) kinds.push_back("fragment");
  if (has("@")) kinds.push_back("at sign");
  if (!oauth::is_utf8(text))
    kinds.push_back("not UTF-8");
  else if (std::ranges::any_of(text, [](unsigned char c) { return c >= 0x80; }))
    kinds.push_back("not ASCII");
  if (text.size() >= kLong) kinds.push_back("long");
  return kinds;
}

/// What placeholders stand for is no octet of the input's.
std::string without_placeholders(std::string_view text) {
  std::string rest(text);
  for (auto begin = rest.find("{{"); begin != rest.npos; begin = rest.find("{{", begin)) {
    const auto end = rest.find("}}", begin);
    if (end == rest.npos) break;
    rest.erase(begin, end + 2 - begin);
  }
  return rest;
}

class Comparison {
 public:
  Comparison(const Step& step, const Step& usual) : step_(step), usual_(usual) {}

  std::vector<std::string> run() {
    carriage();
    credentials();
    parts();
    headers();
    return std::move(labels_);
  }

 private:
  void say(std::string label) { labels_.push_back(std::move(label)); }
  void say_each(const std::string& what, const std::vector<std::string_view>& kinds) {
    for (const auto kind : kinds)
      say(what + std::string(kind));
  }

  void carriage() {
    if (step_.method != usual_.method) say("method: " + step_.method);
    if (step_.coding != usual_.coding)
      say(fmt::format("coding: {}", kCodings[static_cast<std::size_t>(step_.coding)]));
    if (step_.escapes != usual_.escapes) say("escapes");
    if (step_.framing != usual_.framing) say(fmt::format("framing: {}", to_string(step_.framing)));
    if (step_.content_type != usual_.content_type) {
      const auto semicolon = step_.content_type.find(';');
      say(semicolon == std::string::npos ? "content type" : "content type with parameter");
    }
    if (!step_.tail.empty()) say_each("tail: ", kinds_of_change(step_.tail, ""));
    if (step_.grant != step_.client) say("grant of another client");
  }

  void credentials() {
    if (step_.basic != usual_.basic) say(step_.basic ? "basic added" : "basic left out");
    if (!step_.basic) return;
    if (step_.scheme != usual_.scheme) say("scheme");
    if (step_.user != usual_.user) say_each("basic user: ", kinds_of_change(step_.user, usual_.user));
    if (step_.password != usual_.password)
      say_each("basic password: ", kinds_of_change(step_.password, usual_.password));
    if (!step_.behind.empty()) say("behind basic");
  }

  void parts() {
    std::map<std::string, std::size_t> seen;
    for (const auto& part : step_.parts) {
      const auto usual = std::ranges::find(usual_.parts, part.name, &Part::name);
      if (usual == usual_.parts.end()) {
        if (++added_[part.name] > 1) say("repeated " + part.name);
        added(part);
      } else if (++seen[part.name] > 1) {
        say("repeated " + part.name);
      } else {
        if (part.value != usual->value) say_each(part.name + ": ", kinds_of_change(part.value, usual->value));
        if (part.where != usual->where) say(part.name + " elsewhere");
        if (part.raw) say(part.name + " unescaped");
      }
    }
    for (const auto& part : usual_.parts) {
      if (!seen.contains(part.name)) say("no " + part.name);
    }
  }

  /// A name that the honest request lacks: often one of its own with something behind it.
  void added(const Part& part) {
    for (const auto& usual : usual_.parts) {
      if (part.name.size() > usual.name.size() && part.name.starts_with(usual.name))
        return say_each("name ", kinds_of_change(part.name, usual.name));
    }
    const auto kinds = kinds_in(part.name);
    if (!kinds.empty()) return say_each("name ", kinds);
    const auto inside = kinds_in(without_placeholders(part.value));
    if (inside.empty()) say("added " + part.name);
    say_each("added " + part.name + ": ", inside);
  }

  void headers() {
    for (const auto& header : step_.headers) {
      if (std::ranges::find(usual_.headers, header) == usual_.headers.end()) say("header " + header.name);
    }
    for (const auto& header : usual_.headers) {
      if (std::ranges::find(step_.headers, header) == step_.headers.end()) say("no header " + header.name);
    }
  }

  const Step& step_;
  const Step& usual_;
  std::map<std::string, std::size_t> added_;
  std::vector<std::string> labels_;
};

}  // namespace

std::vector<std::string_view> kinds_of_change(std::string_view text, std::string_view usual) {
  if (text.empty()) return {"empty"};
  if (const auto bar = text.find('|'); bar != text.npos && text.starts_with("{{") && text.find("}}") > bar)
    return {"altered"};
  if (!usual.empty() && text.starts_with(usual)) text.remove_prefix(usual.size());
  if (!usual.empty() && text.ends_with(usual)) text.remove_suffix(usual.size());
  auto kinds = kinds_in(without_placeholders(text));
  if (kinds.empty()) kinds.push_back("other text");
  return kinds;
}

std::string generalised(std::string_view cause) {
  const auto begins = [&](std::string_view word) { return cause.starts_with(word); };
  if (begins("no ") && !begins("no header ")) return "no parameter";
  if (begins("repeated ")) return "repeated parameter";
  const auto colon = cause.find(": ");
  const auto kinds = colon == cause.npos ? std::string_view() : cause.substr(colon);
  if (begins("added ")) return fmt::format("added parameter{}", kinds);
  for (const std::string_view ending : {" unescaped", " elsewhere"}) {
    if (cause.ends_with(ending)) return fmt::format("parameter{}", ending);
  }
  for (const std::string_view own : {"method", "coding", "framing", "tail", "basic user", "basic password"}) {
    if (cause.substr(0, colon) == own) return std::string(cause);
  }
  return colon == cause.npos ? std::string(cause) : fmt::format("parameter{}", kinds);
}

std::vector<std::string> generalised(const std::vector<std::string>& causes) {
  std::vector<std::string> out;
  for (const auto& cause : causes)
    out.push_back(generalised(cause));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> deviations(const Input& input, const Honest& honest) {
  std::vector<std::string> labels;
  std::string path;
  for (const auto& step : input.steps) {
    path += (path.empty() ? "" : ", ") + std::string(to_string(step.surface));
    auto more = Comparison(step, honest.step(step.surface, step.client)).run();
    labels.insert(labels.end(), more.begin(), more.end());
  }
  if (input.steps.size() > 1) labels.push_back("sequence " + path);
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

}  // namespace oauthentic::fuzz
