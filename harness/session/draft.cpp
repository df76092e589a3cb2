#include "session/draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "session/shapes.hpp"

namespace oauthentic::session {

using nlohmann::json;

namespace {

std::string text(const json& value) {
  return value.is_string() ? value.get<std::string>() : oauth::dump(value);
}

std::vector<std::string> list(const json& value) {
  if (value.is_array()) {
    std::vector<std::string> all;
    for (const auto& one : value)
      all.push_back(text(one));
    return all;
  }
  return {text(value)};
}

PlacedIn placed_in(const json& word) {
  const auto name = text(word);
  if (name == "query") return PlacedIn::query;
  if (name == "header") return PlacedIn::header;
  if (name == "body") return PlacedIn::body;
  throw HarnessError(fmt::format("a parameter stands in the body, the query or a header, not in \"{}\"", name));
}

/// The stages between parameters and octets, for one request.
class Composer {
 public:
  Composer(Session& session, const Draft& draft, const json& deviation)
      : session_(session), draft_(draft), deviation_(deviation.is_object() ? deviation : json::object()) {}

  Composed run(std::string& fingerprint) {
    parameters_ = draft_.parameters;
    document_ = draft_.document;
    const auto proof = authenticate();
    deviate_parameters();
    Composed out;
    out.request.method = deviation_.contains("method") ? text(deviation_.at("method")) : draft_.method;
    out.request.url = deviation_.contains("url") ? text(deviation_.at("url")) : draft_.url;
    out.request.headers = draft_.headers;
    for (const auto& field : proof.headers)
      out.request.headers.set(field.name, field.value);
    place(out);
    deviate_headers(out.request);
    if (deviation_.contains("body")) {
      other_body_ = out.request.body != text(deviation_.at("body"));
      out.request.body = text(deviation_.at("body"));
    }
    if (deviation_.contains("append")) out.request.body += text(deviation_.at("append"));
    out.request.framing = framing();
    out.copies = copies();
    out.without_cookies = deviation_.value("cookies", "") == "none";
    fingerprint = fingerprint_of(out, proof);
    return out;
  }

 private:
  ClientProof authenticate() {
    const auto* client = draft_.client;
    if (client && deviation_.contains("client")) {
      const auto name = text(deviation_.at("client"));
      client = session_.world().client(name);
      if (!client) throw HarnessError(fmt::format("the target file names no client \"{}\"", name));
    }
    if (!client) return {};
    auto proof = prove_client(session_, *client, deviation_.value("authentication", json()));
    for (const auto& parameter : proof.parameters)
      parameters_.push_back(parameter);
    return proof;
  }

  std::size_t copies() const {
    constexpr int kMost = 100;
    const auto& together = oauth::member(deviation_, "together");
    if (together.is_null()) return 1;
    if (!together.is_number_integer() || together < 1 || together > kMost) {
      throw HarnessError(
          fmt::format("\"together\" takes a number from 1 to {}, not {}", kMost, oauth::dump(together)));
    }
    return together.get<std::size_t>();
  }

  Framing framing() const {
    const auto word = deviation_.value("framing", std::string());
    if (word.empty()) return Framing::length;
    if (const auto framing = framing_from(word); framing && *framing != Framing::length) return *framing;
    throw HarnessError(fmt::format("there is no framing \"{}\"; chunked and http_1_0 are known", word));
  }

  PlacedIn usual_place() const { return draft_.method == "GET" ? PlacedIn::query : PlacedIn::body; }

  void deviate_parameters() {
    const auto is = [](const std::string& name) {
      return [&name](const PlacedParameter& p) { return p.name == name; };
    };
    for (const auto& [name, value] : oauth::member(deviation_, "set").items()) {
      if (document_ && name.starts_with('/')) {
        set_member(name, value);
        continue;
      }
      const auto at = std::ranges::find_if(parameters_, is(name));
      if (at == parameters_.end()) {
        parameters_.push_back({name, text(value), usual_place()});
      } else {
        at->value = text(value);
      }
    }
    if (deviation_.contains("remove")) {
      for (const auto& name : list(deviation_.at("remove"))) {
        if (document_ && name.starts_with('/')) remove_member(name);
        std::erase_if(parameters_, is(name));
      }
    }
    if (deviation_.contains("repeat")) repeat(deviation_.at("repeat"));
    for (const auto& [from, to] : oauth::member(deviation_, "rename").items()) {
      for (auto& parameter : parameters_) {
        if (parameter.name == from) parameter.name = text(to);
      }
    }
    for (const auto& [name, shape] : oauth::member(deviation_, "shape").items())
      reshape(parameters_, name, text(shape), raw_);
    if (deviation_.contains("in")) move(deviation_.at("in"));
  }

  void set_member(const std::string& pointer, const json& value) {
    try {
      (*document_)[json::json_pointer(pointer)] = value;
    } catch (const json::exception&) {
      throw HarnessError(fmt::format("\"{}\" leads nowhere in the document that is sent", pointer));
    }
  }

  /// A member that is not there is found out by the comparison with the honest request.
  void remove_member(const std::string& pointer) {
    const auto slash = pointer.rfind('/');
    const json::json_pointer parent(pointer.substr(0, slash));
    if (document_->contains(parent) && (*document_)[parent].is_object())
      (*document_)[parent].erase(pointer.substr(slash + 1));
  }

  void repeat(const json& what) {
    const auto again = [&](const std::string& name, const json* other) {
      const auto at = std::ranges::find_if(parameters_, [&](const auto& p) { return p.name == name; });
      if (at == parameters_.end()) return;  // found out by the comparison with the honest request
      auto copy = *at;
      if (other) copy.value = text(*other);
      parameters_.insert(std::next(at), copy);
    };
    if (what.is_object()) {
      for (const auto& [name, value] : what.items())
        again(name, &value);
    } else {
      for (const auto& name : list(what))
        again(name, nullptr);
    }
  }

  void move(const json& what) {
    for (auto& parameter : parameters_) {
      if (!what.is_object()) {
        parameter.where = placed_in(what);
      } else if (what.contains(parameter.name)) {
        parameter.where = placed_in(what.at(parameter.name));
      }
    }
  }

  void place(Composed& out) {
    oauth::Parameters query, body;
    for (const auto& parameter : parameters_) {
      out.parameters.push_back({parameter.name, parameter.value});
      if (parameter.where == PlacedIn::query) query.push_back({parameter.name, parameter.value});
      if (parameter.where == PlacedIn::body) body.push_back({parameter.name, parameter.value});
      if (parameter.where == PlacedIn::header) out.request.headers.set(parameter.name, parameter.value);
    }
    if (!query.empty()) out.request.url = oauth::with_query(out.request.url, query);
    encode(body, out.request);
    put_raw(out.request.url, raw_);
    put_raw(out.request.body, raw_);
  }

  void encode(const oauth::Parameters& body, Request& request) {
    if (document_) return encode_document(request);
    const auto encoding = deviation_.value("encoding", std::string("form"));
    std::string type = "application/x-www-form-urlencoded";
    if (encoding == "json") {
      json object = json::object();
      for (const auto& parameter : body)
        object[parameter.name] = parameter.value;
      request.body = oauth::dump(object);
      type = "application/json";
    } else if (encoding == "multipart") {
      constexpr std::string_view kBoundary = "oauthentic-boundary";
      for (const auto& parameter : body) {
        request.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                                    kBoundary, parameter.name, parameter.value);
      }
      request.body += fmt::format("--{}--\r\n", kBoundary);
      type = fmt::format("multipart/form-data; boundary={}", kBoundary);
    } else if (encoding == "form") {
      request.body = oauth::form_encode(body);
    } else {
      throw HarnessError(
          fmt::format("there is no encoding \"{}\"; form, json and multipart are known", encoding));
    }
    if (request.method != "POST" && body.empty()) return;
    set_type(request, type);
  }

  void encode_document(Request& request) const {
    request.body = oauth::dump(*document_);
    set_type(request, "application/json");
  }

  void set_type(Request& request, const std::string& type) const {
    if (!deviation_.contains("content_type")) {
      request.headers.set("Content-Type", type);
    } else if (!deviation_.at("content_type").is_null()) {
      request.headers.set("Content-Type", text(deviation_.at("content_type")));
    }
  }

  void deviate_headers(Request& request) const {
    for (const auto& [name, value] : oauth::member(deviation_, "headers").items()) {
      if (!value.is_null() && !value.is_array()) {
        request.headers.set(name, text(value));
        continue;
      }
      request.headers.remove(name);
      if (value.is_null()) continue;
      for (const auto& one : list(value))
        request.headers.add(name, one);
    }
  }

  /// What makes two compositions the same request, randomised signatures aside.
  std::string fingerprint_of(const Composed& out, const ClientProof& proof) const {
    std::string all = fmt::format("{} {}\n{} {}\n", out.request.method,
                                  deviation_.contains("url") ? text(deviation_.at("url")) : draft_.url,
                                  out.copies, out.without_cookies);
    for (const auto& field : out.request.headers)
      all += field.name + ": " + field.value + "\n";
    for (const auto& parameter : parameters_) {
      const bool randomised = std::ranges::find(proof.assertions, parameter.value) != proof.assertions.end();
      all += fmt::format("{} {}={}\n", static_cast<int>(parameter.where), parameter.name,
                         randomised ? "" : parameter.value);
    }
    if (document_) all += oauth::dump(*document_) + "\n";
    all += proof.fingerprint + deviation_.value("encoding", "form") + deviation_.value("framing", "");
    if (other_body_) all += "other body\n";
    if (deviation_.contains("append")) all += text(deviation_.at("append"));
    return all;
  }

  Session& session_;
  const Draft& draft_;
  json deviation_;
  std::vector<PlacedParameter> parameters_;
  std::vector<RawValue> raw_;
  std::optional<json> document_;
  bool other_body_ = false;
};

}  // namespace

Composed compose(Session& session, const Draft& draft, const json& deviation) {
  std::string honest, deviated;
  if (deviation.is_null()) return Composer(session, draft, deviation).run(honest);
  Composer(session, draft, json()).run(honest);
  auto out = Composer(session, draft, deviation).run(deviated);
  if (honest == deviated) {
    throw HarnessError(
        fmt::format("the deviation ({}) leaves the request as it was", describe_deviation(deviation)));
  }
  return out;
}

std::string describe_deviation(const json& deviation) {
  std::string out;
  for (const auto& [word, value] : deviation.items()) {
    if (!out.empty()) out += "; ";
    out += word;
    if (value.is_object()) {
      std::string parts;
      for (const auto& [name, unused] : value.items())
        parts += (parts.empty() ? "" : ", ") + name;
      out += " " + parts;
    } else {
      out += " " + (value.is_array() ? fmt::format("{}", fmt::join(list(value), ", ")) : text(value));
    }
  }
  return out;
}

}  // namespace oauthentic::session
