#include "reports/curl.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "oauth/url.hpp"
#include "reports/loose_url.hpp"

namespace oauthentic::reports {

namespace {

constexpr std::string_view kOpen = "‹";
constexpr std::string_view kClose = "›";
constexpr std::size_t kMaxTag = 80;

/// A piece of text: octets as they are, or a redacted value's variable.
struct Piece {
  std::string_view text;
  std::string variable;  ///< empty: `text` is meant
};

/// ‹access_token#1› → ACCESS_TOKEN_1; nothing if the text is no tag.
std::optional<std::string> variable_of(std::string_view tag) {
  std::string name;
  for (const char c : tag) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
      name += c;
    } else if (c == '_' || c == '#' || c == '-' || c == ' ' || c == '.') {
      name += '_';
    } else {
      return std::nullopt;
    }
  }
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return std::nullopt;
  return name;
}

std::vector<Piece> pieces_of(std::string_view text, std::vector<std::string>& variables) {
  std::vector<Piece> pieces;
  std::size_t plain = 0;
  for (auto open = text.find(kOpen); open != std::string_view::npos; open = text.find(kOpen, open + 1)) {
    const auto inside = text.substr(open + kOpen.size(), kMaxTag);
    const auto close = inside.find(kClose);
    if (close == std::string_view::npos) continue;
    auto name = variable_of(inside.substr(0, close));
    if (!name) continue;
    if (open > plain) pieces.push_back({text.substr(plain, open - plain), {}});
    if (std::ranges::find(variables, *name) == variables.end()) variables.push_back(*name);
    pieces.push_back({{}, std::move(*name)});
    plain = open + kOpen.size() + close + kClose.size();
    open = plain - 1;
  }
  if (plain < text.size()) pieces.push_back({text.substr(plain), {}});
  return pieces;
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F;
}

bool needs_no_quotes(std::string_view text) {
  constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  return !text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos;
}

std::string quote_plain(std::string_view text) {
  if (needs_no_quotes(text)) return std::string(text);
  const bool ansi = !std::ranges::all_of(text, is_plain);
  std::string out = ansi ? "$'" : "'";
  for (const char c : text) {
    if (!is_plain(c)) {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else if (c == '\'') {
      out += ansi ? "\\'" : "'\\''";
    } else {
      if (ansi && c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "'";
}

/// printf's format and its arguments, so that a NUL octet survives and a variable is never read as a format.
std::string printf_of(std::string_view octets, std::vector<std::string>& variables) {
  std::string format, arguments;
  for (const auto& piece : pieces_of(octets, variables)) {
    if (!piece.variable.empty()) {
      format += "%s";
      arguments += fmt::format(" \"${{{}}}\"", piece.variable);
      continue;
    }
    for (const char c : piece.text) {
      if (c == '\r') {
        format += "\\r";
      } else if (c == '\n') {
        format += "\\n";
      } else if (!is_plain(c) || c == '\'' || c == '\\') {
        format += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
      } else {
        if (c == '%') format += '%';
        format += c;
      }
    }
  }
  return fmt::format("printf '{}'{}", format, arguments);
}

std::string octets_command(const Request& request, std::vector<std::string>& variables) {
  const auto url = oauth::parse_url(split_url(request.url).origin);
  const auto host = shell_quote(url ? url->host : "HOST", variables);
  const auto port = url ? url->port : 80;
  const auto send = printf_of(*request.octets, variables);
  if (url && url->scheme == "https")
    return fmt::format("{} |\n  openssl s_client -quiet -connect {}:{} -servername {}", send, host, port, host);
  return fmt::format("{} |\n  nc {} {}", send, host, port);
}

/// Fields that curl writes itself from the URL and the body.
bool is_implied(std::string_view name) {
  return iequals(name, "Host") || iequals(name, "Content-Length") || iequals(name, "Connection");
}

}  // namespace

std::string shell_quote(std::string_view text, std::vector<std::string>& variables) {
  std::string out;
  for (const auto& piece : pieces_of(text, variables)) {
    out += piece.variable.empty() ? quote_plain(piece.text) : fmt::format("\"${{{}}}\"", piece.variable);
  }
  return out.empty() ? "''" : out;
}

ShellCommand repeat_command(const Request& request) {
  ShellCommand command;
  auto& variables = command.variables;
  if (request.octets) {
    command.text = octets_command(request, variables);
    return command;
  }
  // -g and --path-as-is: curl must not read brackets as ranges, nor tidy the path that is being tested.
  command.text = "curl -i -g --path-as-is";
  if (request.framing == Framing::http_1_0) command.text += " --http1.0";
  if (request.framing == Framing::chunked) command.text += " -H 'Transfer-Encoding: chunked'";
  if (request.method != (request.body.empty() ? "GET" : "POST")) {
    command.text += request.method == "HEAD" ? " -I" : " -X " + shell_quote(request.method, variables);
  }
  command.text += request.url.starts_with("http") ? " \\\n  " : " \\\n  --url ";
  command.text += shell_quote(request.url, variables);
  for (const auto& header : request.headers) {
    if (is_implied(header.name)) continue;
    // Basic credentials are recorded decoded; curl encodes them again. Each half is form-encoded (RFC 6749
    // §2.3.1).
    constexpr std::string_view kBasic = "Basic ";
    if (iequals(header.name, "Authorization") && header.value.starts_with(kBasic) &&
        header.value.find(':') != std::string::npos) {
      command.text += " \\\n  -u " + shell_quote(header.value.substr(kBasic.size()), variables);
      continue;
    }
    // curl leaves out "Name:"; a field with an empty value is written "Name;".
    const auto field = header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
    command.text += " \\\n  -H " + shell_quote(field, variables);
  }
  if (request.body.empty()) return command;
  // Otherwise curl would say that the body is a form.
  if (!request.headers.has("Content-Type")) command.text += " \\\n  -H 'Content-Type:'";
  if (request.body.find('\0') == std::string::npos) {
    command.text += " \\\n  --data-raw " + shell_quote(request.body, variables);
  } else {
    // No argument of a program can hold a NUL octet.
    command.text = printf_of(request.body, variables) + " |\n  " + command.text + " \\\n  --data-binary @-";
  }
  return command;
}

}  // namespace oauthentic::reports
