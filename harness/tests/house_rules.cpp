#include "tests/house_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "core/message.hpp"

namespace oauthentic::house {
namespace {

using Folders = std::set<std::string, std::less<>>;

/// What each folder may include besides itself. Those not named see everything.
const std::map<std::string, Folders, std::less<>>& layers() {
  static const std::map<std::string, Folders, std::less<>> table = {
      {"core", {}},
      {"oauth", {"core"}},
      {"analysis", {"core", "oauth"}},
      {"http", {"core", "oauth"}},
      {"script", {"core", "oauth"}},
      {"agent", {"core", "oauth", "http"}},
      {"session", {"core", "oauth", "http", "script", "agent"}},
      {"verbs", {"core", "oauth", "http", "script", "agent", "session"}},
      {"run", {"core", "oauth", "http", "script", "agent", "session", "verbs"}},
      {"selftest", {"core", "oauth", "http", "script", "agent", "session", "verbs", "run", "mock_servers"}},
      {"reports", {"core", "oauth", "analysis"}},
      {"mock_servers", {"core", "oauth", "http"}},
  };
  return table;
}

const Folders& all_folders() {
  static const Folders folders = {"core",         "analysis", "oauth", "http",     "script", "agent",
                                  "session",      "verbs",    "run",   "selftest", "cli",    "bench",
                                  "mock_servers", "reports",  "fuzz",  "tests"};
  return folders;
}

/// "harness/oauth/pkce.cpp" → "oauth", "reports/html.cpp" → "reports".
std::string folder_of(std::string_view path) {
  if (path.starts_with("harness/")) path.remove_prefix(8);
  return std::string(path.substr(0, path.find('/')));
}

struct Include {
  std::size_t line;
  std::string path;
  bool quoted;  ///< "..." and not <...>
};

std::optional<Include> include_on(std::string_view text, std::size_t line) {
  text = trim(text);
  if (!text.starts_with('#')) return std::nullopt;
  text = trim(text.substr(1));
  if (!text.starts_with("include")) return std::nullopt;
  text = trim(text.substr(7));
  if (text.size() < 2 || (text.front() != '"' && text.front() != '<')) return std::nullopt;
  const bool quoted = text.front() == '"';
  const auto end = text.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{line, std::string(text.substr(1, end - 1)), quoted};
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> found;
  std::size_t line = 0;
  for (const auto text : split(file.text, '\n')) {
    if (auto include = include_on(text, ++line)) found.push_back(std::move(*include));
  }
  return found;
}

std::size_t line_at(const std::string& text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

bool is_one_of(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

bool is_harmless(std::string_view host) {
  static constexpr auto kReserved = std::to_array<std::string_view>(
      {"test", "example", "invalid", "localhost", "example.com", "example.org", "example.net"});
  // Names that stand in links and identifiers; nothing is ever sent there.
  static constexpr auto kIdentifiers = std::to_array<std::string_view>(
      {"rfc-editor.org", "ietf.org", "openid.net", "cve.org", "github.com", "w3.org", "json-schema.org",
       "schemastore.org", "oasis-open.org", "apache.org"});
  // From where the image for OSS-Fuzz is prepared, on its own machines.
  static constexpr auto kImages = std::to_array<std::string_view>({"boost.io"});
  static constexpr auto kAddresses =
      std::to_array<std::string_view>({"0.0.0.0", "127.", "192.0.2.", "198.51.100.", "203.0.113."});
  const auto matches = [host](std::string_view domain) { return is_one_of(host, domain); };
  // A name without a dot is resolved by no public server; brackets hold an IPv6 address.
  if (host.empty() || host.find('.') == std::string_view::npos || host == "[::1]") return true;
  return std::ranges::any_of(kReserved, matches) || std::ranges::any_of(kIdentifiers, matches) ||
         std::ranges::any_of(kImages, matches) ||
         std::ranges::any_of(kAddresses, [host](std::string_view start) { return host.starts_with(start); });
}

/// The host of the URL whose authority starts at `start`, without user information and port.
std::string_view host_at(std::string_view text, std::size_t start) {
  const auto end = text.find_first_not_of(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~%!$&'()*+,;=:@[]", start);
  auto authority = text.substr(start, end == std::string_view::npos ? end : end - start);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  authority = authority.substr(0, authority.find(':'));
  while (!authority.empty() && std::string_view(".,;'()").contains(authority.back()))
    authority.remove_suffix(1);
  return authority;
}

}  // namespace

Offences check_layering(const SourceFile& file) {
  Offences offences;
  if (!file.is_cpp()) return offences;
  const auto folder = folder_of(file.path);
  const auto layer = layers().find(folder);
  for (const auto& include : includes_of(file)) {
    if (!include.quoted) continue;
    const auto included = folder_of(include.path);
    if (include.path.starts_with("harness/") || include.path.find('/') == std::string::npos ||
        !all_folders().contains(included)) {
      offences.push_back(fmt::format("{}:{}: \"{}\" is not a path from harness/ or from the root", file.path,
                                     include.line, include.path));
    } else if (layer != layers().end() && included != folder && !layer->second.contains(included)) {
      offences.push_back(fmt::format("{}:{}: {} may not include {} (\"{}\")", file.path, include.line, folder,
                                     included, include.path));
    }
  }
  return offences;
}

Offences check_wire_library(const std::vector<SourceFile>& files) {
  static constexpr std::string_view kHome = "harness/http/";
  std::set<std::string> heavy;
  const auto is_wire = [&heavy](const std::string& path) {
    return path.starts_with("boost/asio") || path.starts_with("boost/beast") ||
           heavy.contains("harness/" + path);
  };
  for (const auto& file : files) {
    if (file.is_header() && file.path.starts_with(kHome) &&
        std::ranges::any_of(includes_of(file), is_wire, &Include::path)) {
      heavy.insert(file.path);
    }
  }
  Offences offences;
  for (const auto& file : files) {
    if (!file.is_cpp() || file.path.starts_with(kHome)) continue;
    for (const auto& include : includes_of(file)) {
      if (!is_wire(include.path)) continue;
      offences.push_back(fmt::format("{}:{}: {} stays in harness/http", file.path, include.line, include.path));
    }
  }
  return offences;
}

Offences check_header(const SourceFile& file) {
  Offences offences;
  if (!file.is_header()) return offences;
  if (!file.text.starts_with("#pragma once\n"))
    offences.push_back(file.path + ":1: does not start with #pragma once");
  // Scripts are JSON values: the folders that hold and run them cannot do without. Everywhere else it costs
  // compile time.
  static constexpr std::string_view kMayHoldJson[] = {"harness/script/", "harness/session/", "harness/verbs/",
                                                      "harness/run/"};
  const bool holds_json =
      file.path.ends_with("_test_support.hpp") ||
      std::ranges::any_of(kMayHoldJson, [&](auto folder) { return file.path.starts_with(folder); });
  for (const auto& include : includes_of(file)) {
    if (include.path == "nlohmann/json.hpp" && !holds_json) {
      offences.push_back(
          fmt::format("{}:{}: a header includes <nlohmann/json_fwd.hpp> at most", file.path, include.line));
    }
  }
  return offences;
}

Offences check_length(const SourceFile& file) {
  if (!file.is_cpp()) return {};
  const auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
  if (lines <= kMostLines) return {};
  return {
      fmt::format("{}:{}: {} lines; split it by topic, {} are the most", file.path, lines, lines, kMostLines)};
}

Offences check_markers(const SourceFile& file) {
  // In halves, so that this file keeps the rule too.
  static const std::array<std::string, 4> markers = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X",
      "HA"
      "CK"};
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  Offences offences;
  for (const auto& marker : markers) {
    for (auto at = file.text.find(marker); at != std::string::npos; at = file.text.find(marker, at + 1)) {
      const auto end = at + marker.size();
      if (at > 0 && is_letter(file.text[at - 1])) continue;
      if (end < file.text.size() && is_letter(file.text[end])) continue;
      offences.push_back(fmt::format("{}:{}: {}", file.path, line_at(file.text, at), marker));
    }
  }
  return offences;
}

Offences check_hosts(const SourceFile& file) {
  Offences offences;
  if (file.path.starts_with("profiles/providers/"))
    return offences;  // presets name the providers that they are for
  for (const std::string_view scheme : {"http://", "https://", "ws://", "wss://"}) {
    for (auto at = file.text.find(scheme); at != std::string::npos; at = file.text.find(scheme, at + 1)) {
      const auto host = to_lower(host_at(file.text, at + scheme.size()));
      if (is_harmless(host)) continue;
      offences.push_back(
          fmt::format("{}:{}: {} is neither loopback nor reserved", file.path, line_at(file.text, at), host));
    }
  }
  return offences;
}

Offences check_compiled(const std::vector<SourceFile>& files, const std::vector<std::string>& compiled,
                        const std::vector<std::string>& left_out) {
  const std::set<std::string> known(compiled.begin(), compiled.end());
  Offences offences;
  for (const auto& file : files) {
    const bool excused = std::ranges::any_of(
        left_out, [&](const std::string& folder) { return file.path.starts_with(folder + "/"); });
    if (!file.path.ends_with(".cpp") || excused || known.contains(file.path)) continue;
    offences.push_back(file.path + ": no target compiles it");
  }
  return offences;
}

}  // namespace oauthentic::house
