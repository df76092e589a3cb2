// Inputs as JSON, for findings.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fuzz/network/input.hpp"
#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

using nlohmann::json;

namespace {

constexpr std::string_view kCodings[] = {"form", "json", "multipart"};
constexpr std::string_view kEscapes[] = {"usual", "every", "small"};
constexpr std::string_view kPlaces[] = {"body", "query"};

json text(std::string_view value) {
  if (oauth::is_utf8(value)) return value;
  return {{"base64", oauth::base64_encode(value)}};
}

template <std::size_t count, class Enum>
std::string_view name_of(const std::string_view (&names)[count], Enum value) {
  return names[static_cast<std::size_t>(value)];
}

json step_json(const Step& step) {
  const Step usual;
  json out = {
      {"surface", to_string(step.surface)}, {"client", text(step.client)}, {"method", text(step.method)}};
  if (step.grant != step.client) out["grant"] = text(step.grant);
  for (const auto& part : step.parts) {
    json one = {{"name", text(part.name)}, {"value", text(part.value)}};
    if (part.where != Place::body) one["in"] = name_of(kPlaces, part.where);
    if (part.raw) one["raw"] = true;
    out["parameters"].push_back(std::move(one));
  }
  if (step.coding != usual.coding) out["coding"] = name_of(kCodings, step.coding);
  if (step.escapes != usual.escapes) out["escapes"] = name_of(kEscapes, step.escapes);
  if (step.framing != usual.framing) out["framing"] = to_string(step.framing);
  if (!step.content_type.empty()) out["content_type"] = text(step.content_type);
  if (step.basic) {
    out["basic"] = {{"user", text(step.user)}, {"password", text(step.password)}};
    if (step.scheme != usual.scheme) out["basic"]["scheme"] = text(step.scheme);
    if (!step.behind.empty()) out["basic"]["behind"] = text(step.behind);
  }
  for (const auto& header : step.headers)
    out["headers"].push_back({{"name", text(header.name)}, {"value", text(header.value)}});
  if (!step.tail.empty()) out["tail"] = text(step.tail);
  return out;
}

/// Reads members of one object; a wrong one is thrown with its name.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {
    if (!object.is_object()) throw std::invalid_argument("a step, parameter or header is no object");
  }
  std::string text(const char* name, std::string usual = {}) const {
    const auto at = object_.find(name);
    if (at == object_.end()) return usual;
    if (at->is_string()) return at->get<std::string>();
    auto octets = oauth::base64_decode(oauth::string_member(*at, "base64"));
    if (!at->is_object() || !octets) throw std::invalid_argument(std::string(name) + " is no text");
    return std::move(*octets);
  }
  template <class Enum, std::size_t count>
  Enum word(const char* name, const std::string_view (&names)[count]) const {
    const auto wanted = text(name, std::string(names[0]));
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i] == wanted) return static_cast<Enum>(i);
    }
    throw std::invalid_argument(std::string(name) + " is none of its words");
  }
  std::vector<Members> list(const char* name, std::size_t most) const {
    const auto& value = oauth::member(object_, name);
    if (!value.is_null() && !value.is_array()) throw std::invalid_argument(std::string(name) + " is no list");
    if (value.size() > most) throw std::invalid_argument(std::string(name) + " is too long");
    std::vector<Members> out;
    for (const auto& one : value)
      out.emplace_back(one);
    return out;
  }
  const json& value(const char* name) const { return oauth::member(object_, name); }

 private:
  const json& object_;
};

Step step_from(const Members& in) {
  Step step;
  const auto surface = surface_from(in.text("surface"));
  if (!surface) throw std::invalid_argument("surface is none of its words");
  step.surface = *surface;
  step.client = in.text("client");
  step.grant = in.text("grant", step.client);
  step.method = in.text("method", "POST");
  for (const auto& part : in.list("parameters", kMaxParts)) {
    step.parts.push_back({part.text("name"), part.text("value"), part.word<Place>("in", kPlaces),
                          part.value("raw") == json(true)});
  }
  step.coding = in.word<Coding>("coding", kCodings);
  step.escapes = in.word<Escapes>("escapes", kEscapes);
  const auto framing = framing_from(in.text("framing", "length"));
  if (!framing) throw std::invalid_argument("framing is none of its words");
  step.framing = *framing;
  step.content_type = in.text("content_type");
  if (const auto& basic = in.value("basic"); !basic.is_null()) {
    const Members credentials(basic);
    step.basic = true;
    step.scheme = credentials.text("scheme", step.scheme);
    step.user = credentials.text("user");
    step.password = credentials.text("password");
    step.behind = credentials.text("behind");
  }
  for (const auto& header : in.list("headers", kMaxHeaders))
    step.headers.push_back({header.text("name"), header.text("value")});
  step.tail = in.text("tail");
  return step;
}

}  // namespace

json to_json(const Input& input) {
  json steps = json::array();
  for (const auto& step : input.steps)
    steps.push_back(step_json(step));
  return {{"steps", std::move(steps)}};
}

std::optional<Input> input_from_json(const json& document, std::string& error) {
  try {
    Input input;
    for (const auto& step : Members(document).list("steps", kMaxSteps))
      input.steps.push_back(step_from(step));
    if (!input.steps.empty()) return input;
    error = "steps is empty";
  } catch (const std::invalid_argument& wrong) {
    error = wrong.what();
  }
  return std::nullopt;
}

}  // namespace oauthentic::fuzz
