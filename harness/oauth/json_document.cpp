#include "oauth/json_document.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

using nlohmann::json;

namespace {

/// The octet at which arrays and objects are nested deeper than `limit`, or the text's length. Where the text
/// is no JSON this may be wrong, but then another error stands before it.
std::size_t too_deep_at(std::string_view text, std::size_t limit) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '{' || c == '[') {
      if (++depth > limit) return i;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return text.size();
}

/// The library's message without its code, its line and column, and the peer's octets.
std::string_view reason(std::string_view message) {
  if (message.contains("out_of_range.406")) return "number out of range";
  const auto dash = message.find(" - ");
  if (dash != std::string_view::npos) message.remove_prefix(dash + 3);
  return message.substr(0, message.find("; last read"));
}

/// Builds the value as the library's own parser does, and sees the members that repeat.
class Builder {
 public:
  explicit Builder(std::vector<std::string>* duplicates) : duplicates_(duplicates) {}

  json take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(json::number_integer_t value) { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) { return put(value); }
  bool number_float(json::number_float_t value, const json::string_t&) { return put(value); }
  bool string(json::string_t& value) { return put(std::move(value)); }
  bool binary(json::binary_t&) { return false; }

  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(json::string_t& name) {
    auto& frame = frames_.back();
    frame.key = std::move(name);
    if (duplicates_ && duplicates_->size() < kMaxDuplicates && frame.container->contains(frame.key)) {
      duplicates_->push_back(pointer());
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& failure) {
    error_ = fmt::format("octet {}: {}", position == 0 ? 0 : position - 1, reason(failure.what()));
    return false;
  }

 private:
  struct Frame {
    json* container;
    std::string key;  ///< of the member being read; unused in an array
  };

  json& place(json value) {
    if (frames_.empty()) return root_ = std::move(value);
    auto& [container, key] = frames_.back();
    if (!container->is_array()) return (*container)[key] = std::move(value);
    container->push_back(std::move(value));
    return container->back();
  }

  bool put(json value) {
    place(std::move(value));
    return true;
  }

  bool open(json container) {
    // NB: a container's address holds while it is open: its siblings are only added after it is closed.
    frames_.push_back({&place(std::move(container)), {}});
    return true;
  }

  bool close() {
    frames_.pop_back();
    return true;
  }

  /// RFC 6901 §3: `~` and `/` are escaped. Only called inside an object.
  std::string pointer() const {
    std::string out;
    for (const auto& [container, key] : frames_) {
      out += '/';
      if (container->is_array()) out += std::to_string(container->size() - 1);
      for (const char c : container->is_array() ? std::string_view() : std::string_view(key)) {
        if (out.size() >= kMaxPointerOctets) return out;
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string_view(&c, 1);
      }
    }
    return out;
  }

  std::vector<std::string>* duplicates_;
  json root_;
  std::vector<Frame> frames_;
  std::string error_;
};

}  // namespace

std::expected<json, std::string> parse_json(std::string_view text, std::vector<std::string>* duplicates,
                                            JsonLimits limits) {
  const auto wrong = [](std::size_t at, std::string_view what) {
    return std::unexpected(fmt::format("octet {}: {}", at, what));
  };
  if (text.size() > limits.octets)
    return wrong(limits.octets, fmt::format("longer than {} octets", limits.octets));
  if (text.starts_with("\xEF\xBB\xBF")) return wrong(0, "byte order mark");
  // NB: the library takes a null octet for the end of the text, whatever follows.
  if (const auto null = text.find('\0'); null != std::string_view::npos) return wrong(null, "null octet");
  if (const auto valid = utf8_prefix(text); valid < text.size()) return wrong(valid, "not well-formed UTF-8");
  if (const auto deep = too_deep_at(text, limits.depth); deep < text.size()) {
    return wrong(deep, fmt::format("nested deeper than {} levels", limits.depth));
  }
  Builder builder(duplicates);
  if (!json::sax_parse(text.begin(), text.end(), &builder)) return std::unexpected(builder.error());
  return builder.take();
}

const json& member(const json& object, std::string_view name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto at = object.find(name);
  return at == object.end() ? nothing : *at;
}

std::string string_member(const json& object, std::string_view name) {
  if (!object.is_object()) return {};
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace oauthentic::oauth
