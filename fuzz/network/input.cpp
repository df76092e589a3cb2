#include "fuzz/network/input.hpp"

#include <algorithm>
#include <array>

namespace oauthentic::fuzz {

namespace {

constexpr std::array<std::string_view, kSurfaces> kNames = {
    "code_token", "refresh_token",        "client_token",         "authorization", "introspection",
    "revocation", "device_authorization", "pushed_authorization", "registration",  "userinfo",
    "api"};

constexpr char kVersion = 1;

class Writer {
 public:
  void number(std::size_t value) {
    for (; value >= 0x80; value >>= 7)
      out += static_cast<char>((value & 0x7F) | 0x80);
    out += static_cast<char>(value);
  }
  template <class Enum>
  void word(Enum value) {
    out += static_cast<char>(value);
  }
  void text(std::string_view value) {
    value = value.substr(0, kMaxText);
    number(value.size());
    out += value;
  }
  std::string out;
};

class Reader {
 public:
  explicit Reader(std::string_view octets) : left_(octets) {}

  std::size_t number(std::size_t most) {
    std::size_t value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      const auto octet = static_cast<unsigned char>(take());
      value |= static_cast<std::size_t>(octet & 0x7F) << shift;
      if (octet < 0x80) break;
    }
    if (value > most) failed_ = true;
    return failed_ ? 0 : value;
  }
  template <class Enum>
  Enum word(std::size_t count) {
    return static_cast<Enum>(number(count - 1));
  }
  std::string text() {
    const auto size = number(kMaxText);
    if (size > left_.size()) failed_ = true;
    if (failed_) return {};
    std::string value(left_.substr(0, size));
    left_.remove_prefix(size);
    return value;
  }
  bool done() const { return !failed_ && left_.empty(); }
  bool failed() const { return failed_; }

 private:
  char take() {
    if (left_.empty()) {
      failed_ = true;
      return 0;
    }
    const char octet = left_.front();
    left_.remove_prefix(1);
    return octet;
  }
  std::string_view left_;
  bool failed_ = false;
};

void write(Writer& out, const Step& step) {
  out.word(step.surface);
  out.text(step.client);
  out.text(step.grant);
  out.text(step.method);
  const auto parts = std::min(step.parts.size(), kMaxParts);
  out.number(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto& part = step.parts[i];
    out.text(part.name);
    out.text(part.value);
    out.word(part.where);
    out.word(part.raw);
  }
  out.word(step.coding);
  out.word(step.escapes);
  out.word(step.framing);
  out.text(step.content_type);
  out.word(step.basic);
  out.text(step.scheme);
  out.text(step.user);
  out.text(step.password);
  out.text(step.behind);
  const auto headers = std::min(step.headers.size(), kMaxHeaders);
  out.number(headers);
  for (std::size_t i = 0; i < headers; ++i) {
    out.text(step.headers[i].name);
    out.text(step.headers[i].value);
  }
  out.text(step.tail);
}

Step read_step(Reader& in) {
  Step step;
  step.surface = in.word<Surface>(kSurfaces);
  step.client = in.text();
  step.grant = in.text();
  step.method = in.text();
  for (auto left = in.number(kMaxParts); left > 0 && !in.failed(); --left) {
    Part part;
    part.name = in.text();
    part.value = in.text();
    part.where = in.word<Place>(2);
    part.raw = in.word<bool>(2);
    step.parts.push_back(std::move(part));
  }
  step.coding = in.word<Coding>(3);
  step.escapes = in.word<Escapes>(3);
  step.framing = in.word<Framing>(3);
  step.content_type = in.text();
  step.basic = in.word<bool>(2);
  step.scheme = in.text();
  step.user = in.text();
  step.password = in.text();
  step.behind = in.text();
  for (auto left = in.number(kMaxHeaders); left > 0 && !in.failed(); --left) {
    auto name = in.text();
    step.headers.push_back({std::move(name), in.text()});
  }
  step.tail = in.text();
  return step;
}

}  // namespace

std::string_view to_string(Surface surface) {
  return kNames[static_cast<std::size_t>(surface)];
}

std::optional<Surface> surface_from(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Surface>(found - kNames.begin());
}

bool is_token_surface(Surface surface) {
  return surface == Surface::code_token || surface == Surface::refresh_token ||
         surface == Surface::client_token;
}

std::string serialise(const Input& input) {
  Writer out;
  out.out.reserve(512);
  out.out += kVersion;
  const auto steps = std::min(input.steps.size(), kMaxSteps);
  out.number(steps);
  for (std::size_t i = 0; i < steps; ++i)
    write(out, input.steps[i]);
  return std::move(out.out);
}

std::optional<Input> parse_input(std::string_view octets) {
  if (octets.empty() || octets.size() > kMaxInput || octets.front() != kVersion) return std::nullopt;
  Reader in(octets.substr(1));
  Input input;
  for (auto left = in.number(kMaxSteps); left > 0 && !in.failed(); --left)
    input.steps.push_back(read_step(in));
  if (!in.done() || input.steps.empty()) return std::nullopt;
  return input;
}

}  // namespace oauthentic::fuzz
