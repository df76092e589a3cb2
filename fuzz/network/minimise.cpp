// Makes the input of a finding small.
#include <algorithm>

#include "fuzz/network/deviation.hpp"

namespace oauthentic::fuzz {

namespace {

class Minimiser {
 public:
  Minimiser(Input input, const Honest& honest, const std::function<bool(const Input&)>& still,
            std::size_t budget)
      : best_(std::move(input)), honest_(honest), still_(still), budget_(budget) {}

  Input run() {
    bool smaller = true;
    while (smaller && budget_ > 0) {
      smaller = drop_steps();
      for (std::size_t i = 0; i < best_.steps.size(); ++i)
        smaller = simplify(i) || smaller;
    }
    for (std::size_t i = 0; i < best_.steps.size(); ++i)
      shorten_texts(i);
    return std::move(best_);
  }

 private:
  /// Takes the change over if the finding is still there.
  template <class Change>
  bool attempt(Change change) {
    auto candidate = best_;
    change(candidate);
    if (candidate == best_ || budget_ == 0) return false;
    --budget_;
    if (!still_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  bool drop_steps() {
    bool dropped = false;
    for (std::size_t i = best_.steps.size(); i-- > 0 && best_.steps.size() > 1;) {
      dropped = attempt([&](Input& input) {
                  input.steps.erase(input.steps.begin() + static_cast<std::ptrdiff_t>(i));
                }) ||
                dropped;
    }
    return dropped;
  }

  template <class Member>
  bool restore(std::size_t at, const Step& usual, Member Step::* member) {
    return attempt([&](Input& input) { input.steps[at].*member = usual.*member; });
  }

  /// Whatever can be as in an honest request is.
  bool simplify(std::size_t at) {
    const auto usual = honest_.step(best_.steps[at].surface, best_.steps[at].client);
    if (usual.client.empty()) return false;
    if (attempt([&](Input& input) { input.steps[at] = usual; })) return true;
    bool any = false;
    any = restore(at, usual, &Step::grant) || any;
    any = restore(at, usual, &Step::method) || any;
    any = restore(at, usual, &Step::coding) || any;
    any = restore(at, usual, &Step::escapes) || any;
    any = restore(at, usual, &Step::framing) || any;
    any = restore(at, usual, &Step::content_type) || any;
    any = restore(at, usual, &Step::basic) || any;
    any = restore(at, usual, &Step::scheme) || any;
    any = restore(at, usual, &Step::user) || any;
    any = restore(at, usual, &Step::password) || any;
    any = restore(at, usual, &Step::behind) || any;
    any = restore(at, usual, &Step::headers) || any;
    any = restore(at, usual, &Step::tail) || any;
    any = restore(at, usual, &Step::parts) || any;
    any = drop_headers(at) || any;
    return simplify_parts(at, usual) || any;
  }

  bool drop_headers(std::size_t at) {
    bool any = false;
    for (auto i = best_.steps[at].headers.size(); i-- > 0;) {
      any = attempt([&](Input& input) {
              auto& headers = input.steps[at].headers;
              headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(i));
            }) ||
            any;
    }
    return any;
  }

  bool simplify_parts(std::size_t at, const Step& usual) {
    bool any = false;
    for (auto i = best_.steps[at].parts.size(); i-- > 0;) {
      const auto& part = best_.steps[at].parts[i];
      const auto same = std::ranges::find(usual.parts, part.name, &Part::name);
      const auto count = std::ranges::count(best_.steps[at].parts, part.name, &Part::name);
      if (same == usual.parts.end() || count > 1) {
        any = attempt([&](Input& input) {
                auto& parts = input.steps[at].parts;
                parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
              }) ||
              any;
      } else {
        any = attempt([&](Input& input) { input.steps[at].parts[i] = *same; }) || any;
      }
      if (i < best_.steps[at].parts.size())
        any = attempt([&](Input& input) { input.steps[at].parts[i].raw = false; }) || any;
    }
    for (const auto& wanted : usual.parts) {
      const auto& parts = best_.steps[at].parts;
      if (std::ranges::find(parts, wanted.name, &Part::name) != parts.end()) continue;
      any = attempt([&](Input& input) { input.steps[at].parts.push_back(wanted); }) || any;
    }
    return any;
  }

  /// Takes out halves, quarters, ... single octets.
  template <class Access>
  void shorten(Access access) {
    for (auto piece = access(best_).size() / 2; piece > 0 && budget_ > 0; piece /= 2) {
      for (std::size_t from = 0; from + piece <= access(best_).size() && budget_ > 0;) {
        if (!attempt([&](Input& input) { access(input).erase(from, piece); })) from += piece;
      }
    }
  }

  void shorten_texts(std::size_t at) {
    const auto usual = honest_.step(best_.steps[at].surface, best_.steps[at].client);
    for (std::size_t i = 0; i < best_.steps[at].parts.size(); ++i) {
      const auto& part = best_.steps[at].parts[i];
      if (std::ranges::find(usual.parts, part) != usual.parts.end()) continue;
      shorten([at, i](Input& input) -> std::string& { return input.steps[at].parts[i].value; });
      if (std::ranges::find(usual.parts, best_.steps[at].parts[i].name, &Part::name) == usual.parts.end())
        shorten([at, i](Input& input) -> std::string& { return input.steps[at].parts[i].name; });
    }
    for (const auto member : {&Step::tail, &Step::behind, &Step::user, &Step::password, &Step::content_type}) {
      if (best_.steps[at].*member != usual.*member)
        shorten([at, member](Input& input) -> std::string& { return input.steps[at].*member; });
    }
    for (std::size_t i = 0; i < best_.steps[at].headers.size(); ++i)
      shorten([at, i](Input& input) -> std::string& { return input.steps[at].headers[i].value; });
  }

  Input best_;
  const Honest& honest_;
  const std::function<bool(const Input&)>& still_;
  std::size_t budget_;
};

}  // namespace

Input minimise(Input input, const Honest& honest, const std::function<bool(const Input&)>& still,
               std::size_t budget) {
  return Minimiser(std::move(input), honest, still, budget).run();
}

}  // namespace oauthentic::fuzz
