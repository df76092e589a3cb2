#include "agent/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "oauth/url.hpp"

namespace oauthentic::agent {

using oauth::HtmlField;
using oauth::HtmlForm;

namespace {

/// A form's name=value pair, each line break of it CR LF.
std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\r' || text[i] == '\n') {
      out += "\r\n";
      i += pair;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_ticked(const HtmlForm& form, const HtmlField& field, const Fill& fill) {
  if (fill.ticked.contains(&field)) return true;
  if (!field.checked || field.type != "radio") return field.checked;
  return std::ranges::none_of(form.fields, [&](const HtmlField& other) {
    return other.type == "radio" && other.name == field.name && fill.ticked.contains(&other);
  });
}

std::optional<std::string> selected(const HtmlField& select) {
  if (select.options.empty()) return std::nullopt;
  const auto last =
      std::find_if(select.options.rbegin(), select.options.rend(), [](const auto& o) { return o.selected; });
  return last == select.options.rend() ? select.options.front().value : last->value;
}

/// A field's value, or nothing if it is not sent.
std::optional<std::string> value_of(const HtmlForm& form, const HtmlField& field, const Fill& fill) {
  if (const auto typed = fill.typed.find(&field); typed != fill.typed.end()) return typed->second;
  if (field.tag == "select") return selected(field);
  if (field.type == "checkbox" || field.type == "radio") {
    return is_ticked(form, field, fill) ? std::optional(field.value) : std::nullopt;
  }
  if (field.type == "hidden" && iequals(field.name, "_charset_")) return "UTF-8";
  if (field.type == "file") return std::string();
  return field.value;
}

std::string quoted_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '"' || c == '\r' || c == '\n') {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::string_view kBoundary = "----OauthenticFormBoundary7d1c6f0a";

/// RFC 7578.
std::string multipart(const oauth::Parameters& entries) {
  std::string body;
  for (const auto& entry : entries) {
    body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", kBoundary,
                        quoted_name(entry.name), entry.value);
  }
  return body + fmt::format("--{}--\r\n", kBoundary);
}

std::string plain_text(const oauth::Parameters& entries) {
  std::string body;
  for (const auto& entry : entries)
    body += entry.name + '=' + entry.value + "\r\n";
  return body;
}

}  // namespace

bool is_submit_button(const HtmlField& field) {
  return field.type == "submit" || field.type == "image";
}

bool is_text_field(const HtmlField& field) {
  constexpr std::array<std::string_view, 8> kTypes = {"text", "email",  "tel",  "number",
                                                      "url",  "search", "date", "textarea"};
  return !field.hidden && !field.disabled && std::ranges::find(kTypes, field.type) != kTypes.end();
}

std::string submission_url(const HtmlForm& form, const Fill& fill) {
  const auto& action =
      fill.button && !fill.button->form_action.empty() ? fill.button->form_action : form.action;
  return action.substr(0, action.find('#'));
}

std::string submission_method(const HtmlForm& form, const Fill& fill) {
  return fill.button && !fill.button->form_method.empty() ? fill.button->form_method : form.method;
}

oauth::Parameters submission_entries(const HtmlForm& form, const Fill& fill) {
  oauth::Parameters entries;
  for (const auto& field : form.fields) {
    const bool pressed = &field == fill.button;
    if (field.disabled && !pressed && !fill.typed.contains(&field)) continue;
    if (field.tag == "button" || is_submit_button(field) || field.type == "button" || field.type == "reset") {
      if (!pressed) continue;
      if (field.type == "image") {
        const auto prefix = field.name.empty() ? std::string() : field.name + '.';
        entries.push_back({prefix + "x", "0"});
        entries.push_back({prefix + "y", "0"});
        continue;
      }
    }
    if (field.name.empty()) continue;
    if (auto value = value_of(form, field, fill)) entries.push_back({field.name, with_crlf(*value)});
  }
  return entries;
}

Request submission_request(const HtmlForm& form, const Fill& fill) {
  Request request;
  const auto entries = submission_entries(form, fill);
  request.url = submission_url(form, fill);
  if (submission_method(form, fill) != "post") {
    request.url = request.url.substr(0, request.url.find('?')) + '?' + oauth::form_encode(entries);
    return request;
  }
  request.method = "POST";
  if (form.enctype == "multipart/form-data") {
    request.headers.add("Content-Type", fmt::format("multipart/form-data; boundary={}", kBoundary));
    request.body = multipart(entries);
  } else if (form.enctype == "text/plain") {
    request.headers.add("Content-Type", "text/plain");
    request.body = plain_text(entries);
  } else {
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = oauth::form_encode(entries);
  }
  return request;
}

}  // namespace oauthentic::agent
