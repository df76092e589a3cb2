#include "script/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <vector>

#include "core/number.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::script {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxOctets = 4 * 1024 * 1024;
constexpr std::size_t kMaxDepth = 60;

/// A plain scalar by YAML 1.2's core schema; quoted ones never come here.
json plain_scalar(const std::string& text) {
  static const std::set<std::string> kNull = {"", "~", "null", "Null", "NULL"};
  static const std::set<std::string> kTrue = {"true", "True", "TRUE"};
  static const std::set<std::string> kFalse = {"false", "False", "FALSE"};
  if (kNull.contains(text)) return nullptr;
  if (kTrue.contains(text)) return true;
  if (kFalse.contains(text)) return false;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto r = std::from_chars(text.data(), end, integer); r.ec == std::errc() && r.ptr == end)
    return integer;
  if (const auto read = read_leading_number(text); read && read->rest.empty()) return read->number;
  return text;
}

struct Mistake {
  YAML::Mark mark;
  std::string message;
};

/// Builds the value; the first mistake ends it.
class Builder : public YAML::EventHandler {
 public:
  using Marks = std::map<std::string, std::pair<int, int>>;

  json value;
  Marks marks;
  std::optional<YAML::Mark> last_quoted;             ///< of the last scalar, if it is quoted
  std::optional<YAML::Mark> last_key_without_value;  ///< of the last key that had none

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (!stack_.empty() && stack_.back().key) last_key_without_value = last_key_;
    scalar(mark, nullptr);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Mistake{mark, "an alias (*name) is not allowed here; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    const bool plain = tag == "?" || tag.empty();
    if (!plain && tag != "!") refuse_tag(mark, tag);
    last_quoted = plain ? std::nullopt : std::optional(mark);
    if (expects_key()) return key(mark, text, plain);
    scalar(mark, plain ? plain_scalar(text) : json(text));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    if (tag != "?" && !tag.empty()) refuse_tag(mark, tag);
    if (expects_key()) throw Mistake{mark, "a list cannot be a key"};
    open(mark, anchor, json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    if (tag != "?" && !tag.empty()) refuse_tag(mark, tag);
    open(mark, anchor, json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    json value;
    std::string pointer;
    std::optional<std::string> key;
  };

  [[noreturn]] static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    throw Mistake{mark, "a tag (" + tag + ") is not allowed here"};
  }

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) throw Mistake{mark, "an anchor (&name) is not allowed here"};
  }

  bool expects_key() const { return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().key; }

  void key(const YAML::Mark& mark, const std::string& text, bool plain) {
    auto& frame = stack_.back();
    if (plain && text == "<<")
      throw Mistake{mark, "a merge key (<<) is not allowed here; write the members out"};
    if (frame.value.contains(text)) throw Mistake{mark, fmt::format("the key \"{}\" stands here twice", text)};
    frame.key = text;
    last_key_ = mark;
    marks[pointer_to(frame.pointer, text)] = {mark.line + 1, mark.column + 1};
  }

  std::string next_pointer() const {
    if (stack_.empty()) return "";
    const auto& frame = stack_.back();
    return frame.key ? pointer_to(frame.pointer, *frame.key) : pointer_to(frame.pointer, frame.value.size());
  }

  void put(json part) {
    if (stack_.empty()) {
      value = std::move(part);
    } else if (auto& frame = stack_.back(); frame.value.is_array()) {
      frame.value.push_back(std::move(part));
    } else {
      frame.value[*frame.key] = std::move(part);
      frame.key.reset();
    }
  }

  void scalar(const YAML::Mark& mark, json part) {
    if (expects_key()) throw Mistake{mark, "an empty key"};
    marks.try_emplace(next_pointer(), mark.line + 1, mark.column + 1);
    put(std::move(part));
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, json empty) {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      throw Mistake{mark,
                    "a placeholder has to stand in quotes: \"{{...}}\" (without them YAML reads nested maps)"};
    }
    if (stack_.size() >= kMaxDepth) throw Mistake{mark, fmt::format("nested deeper than {} levels", kMaxDepth)};
    auto pointer = next_pointer();
    marks.try_emplace(pointer, mark.line + 1, mark.column + 1);
    stack_.push_back({std::move(empty), std::move(pointer), std::nullopt});
  }

  void close() {
    auto frame = std::move(stack_.back());
    stack_.pop_back();
    put(std::move(frame.value));
  }

  std::vector<Frame> stack_;
  YAML::Mark last_key_;
};

/// YAML is text in UTF-8 without control characters (YAML 1.2 §5.1); the library takes anything, and 0x04 as
/// the end.
std::optional<Mistake> odd_octet(std::string_view text) {
  YAML::Mark mark;
  const auto utf8 = oauth::utf8_prefix(text);
  for (std::size_t i = 0; i < text.size(); ++i, ++mark.pos, ++mark.column) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if (i == utf8) return Mistake{mark, "the file is not UTF-8"};
    if (octet == '\n') {
      ++mark.line;
      mark.column = -1;
    } else if ((octet < 0x20 && octet != '\t' && octet != '\r') || octet == 0x7f) {
      return Mistake{mark,
                     fmt::format("a control character; write it as \"\\x{:02x}\", in double quotes", octet)};
    }
  }
  return std::nullopt;
}

bool is_closed(std::string_view quoted) {
  const char quote = quoted.empty() ? '\0' : quoted.front();
  if (quote != '"' && quote != '\'') return true;  // the mark stands before a tag
  for (std::size_t i = 1; i < quoted.size(); ++i) {
    if (quote == '"' && quoted[i] == '\\') {
      ++i;
    } else if (quoted[i] == quote) {
      if (quote == '"' || i + 1 == quoted.size() || quoted[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

/// At the end of the file the library takes an open quote for a closed one, and a word for a key.
std::optional<Mistake> unfinished(std::string_view text, const Builder& builder) {
  const auto from = [&](const YAML::Mark& mark) {
    return text.substr(std::min(static_cast<std::size_t>(mark.pos), text.size()));
  };
  if (builder.last_quoted && !is_closed(from(*builder.last_quoted))) {
    return Mistake{*builder.last_quoted, "a quote that is not closed"};
  }
  const auto& key = builder.last_key_without_value;
  if (key && from(*key).find_first_of(":}") == std::string_view::npos)
    return Mistake{*key, "a key without its colon"};
  return std::nullopt;
}

/// What the library says, which knows nothing of placeholders.
std::string told(const YAML::Exception& error, std::string_view text) {
  const auto at = std::min(static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
  const auto begin = text.substr(0, at).rfind('\n') + 1;
  const auto line = text.substr(begin, text.find('\n', at) - begin);
  return line.find("{{") == std::string_view::npos
             ? error.msg
             : error.msg + "; a placeholder has to stand in quotes: \"{{...}}\"";
}

}  // namespace

std::string pointer_to(const std::string& pointer, std::string_view member) {
  std::string out = pointer + "/";
  for (const char c : member) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string pointer_to(const std::string& pointer, std::size_t index) {
  return pointer + "/" + std::to_string(index);
}

std::optional<Document> Document::parse(std::string_view text, const std::string& file,
                                        Diagnostics& diagnostics) {
  if (text.size() > kMaxOctets) {
    diagnostics.add({file}, fmt::format("the file is over {} MiB", kMaxOctets >> 20));
    return std::nullopt;
  }
  const auto refuse = [&](const YAML::Mark& mark, std::string message) {
    diagnostics.add({file, mark.line + 1, mark.column + 1}, std::move(message));
    return std::nullopt;
  };
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto mistake = odd_octet(text)) return refuse(mistake->mark, mistake->message);
  std::istringstream stream{std::string(text)};
  Builder builder;
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      diagnostics.add({file}, "the file is empty");
      return std::nullopt;
    }
    Builder second;
    if (parser.HandleNextDocument(second)) {
      diagnostics.add({file}, "the file holds more than one YAML document (---)");
      return std::nullopt;
    }
    if (const auto mistake = unfinished(text, builder)) return refuse(mistake->mark, mistake->message);
  } catch (const Mistake& mistake) {
    return refuse(mistake.mark, mistake.message);
  } catch (const YAML::Exception& error) {
    return refuse(error.mark, told(error, text));
  }
  Document document;
  document.value_ = std::move(builder.value);
  document.marks_ = std::move(builder.marks);
  document.file_ = file;
  return document;
}

Place Document::place(const std::string& pointer) const {
  for (std::string at = pointer;;) {
    if (const auto found = marks_.find(at); found != marks_.end()) {
      return {file_, found->second.first, found->second.second};
    }
    if (at.empty()) return {file_, 1, 1};
    at.resize(at.rfind('/'));
  }
}

}  // namespace oauthentic::script
