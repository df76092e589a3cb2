#include "fuzz/network/investigation.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr unsigned kAttempts = 3;
constexpr unsigned kSlowAttempts = 2;
constexpr std::size_t kBudget = 250;    // tries at making it small
constexpr std::size_t kSlowBudget = 8;  // where each takes seconds
constexpr std::size_t kMemoryBudget = 40;
constexpr unsigned kRepetitions = 60;  // of an input that is suspected of a leak
constexpr std::size_t kLongUrl = 2000, kLongBody = 8000;
constexpr std::size_t kMostCauses = 12;
constexpr unsigned kMostOfCluster = 2;  // findings that differ in the parameter alone
constexpr unsigned kMostOfDetail = 4;   // findings of one detail, where that says what is wrong

Surface endpoint_of(Surface surface) {
  return is_token_surface(surface) ? Surface::code_token : surface;
}

/// The size or the number of requests is what it answers, not what they say.
bool puts_off(int status) {
  return status == 413 || status == 414 || status == 429 || status == 431;
}

/// Of the step that shows it; a step that was left out leaves none.
Surface surface_of(const Input& input, const Symptom& symptom) {
  return symptom.step < input.steps.size() ? input.steps[symptom.step].surface : input.steps.back().surface;
}

std::string told(const Sent& sent) {
  if (const auto* error = std::get_if<TransportError>(&sent.answer))
    return fmt::format("no answer: {} ({})", to_string(error->kind), error->message);
  const auto& response = std::get<Response>(sent.answer);
  return fmt::format("status {}{}{}, in {} ms", response.status, sent.print.error.empty() ? "" : ", ",
                     sent.print.error,
                     std::chrono::duration_cast<std::chrono::milliseconds>(sent.duration).count());
}

void add_secrets(oauth::Redactor& redactor, const Sent& sent) {
  const auto& right = sent.right;
  for (const auto& [kind, value] :
       {std::pair("code", right.code), std::pair("code_verifier", right.code_verifier),
        std::pair("access_token", right.access_token), std::pair("refresh_token", right.refresh_token),
        std::pair("client_secret", right.client_secret)}) {
    if (!value.empty()) redactor.add(kind, value);
  }
}

}  // namespace

std::optional<Input> equivalent(const Input& input) {
  auto out = input;
  for (auto& step : out.steps) {
    std::set<std::string_view> names;
    for (const auto& part : step.parts) {
      if (part.raw || !names.insert(part.name).second) return std::nullopt;
    }
    if (step.coding != Coding::form || step.escapes != Escapes::usual || !step.tail.empty())
      return std::nullopt;
    step.escapes = Escapes::every;
  }
  for (auto& step : out.steps)
    std::ranges::reverse(step.parts);
  return out;
}

Investigator::Investigator(session::World& world, Executor& executor, const Honest& honest, int pid)
    : world_(world), executor_(executor), honest_(honest), pid_(pid) {}

std::size_t resident_octets(int pid) {
  if (pid <= 0) return 0;
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::size_t total = 0, resident = 0;
  file >> total >> resident;
  return file ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

/// Most of the repetitions make the target larger, by as much as the first did: caches would be full by then.
bool Investigator::grows(const Input& input) {
  const auto before = resident_octets(pid_);
  for (unsigned i = 0; i < kRepetitions && !world_.interrupted(); ++i)
    executor_.run(input);
  return resident_octets(pid_) > before + kGrowthPerRequest * kRepetitions / 2;
}

void Investigator::know(const Finding& finding) {
  known_.push_back(
      {finding.symptom.oracle, endpoint_of(finding.surface), finding.symptom.detail, finding.causes});
  if (++clusters_[cluster(finding.symptom, finding.surface, finding.causes)] == kMostOfCluster) {
    general_.push_back(known_.back());
    general_.back().causes = generalised(finding.causes);
  }
  const auto place = fmt::format("{} {}", to_string(endpoint_of(finding.surface)), finding.symptom.detail);
  if (info(finding.symptom.oracle).detail_tells && ++clusters_[place] == kMostOfDetail) {
    general_.push_back(known_.back());
    general_.back().causes.clear();
  }
}

bool Investigator::is_explained(const Input& input, const Symptom& symptom) const {
  const auto surface = endpoint_of(surface_of(input, symptom));
  const auto same_kind = [&](const Known& known) {
    return known.oracle == symptom.oracle && known.detail == symptom.detail && known.surface == surface;
  };
  if (std::ranges::none_of(known_, same_kind)) return false;
  const auto labels = deviations(input, honest_);
  const auto general = generalised(labels);
  const auto within = [&](const std::vector<std::string>& all) {
    return [&](const Known& known) { return same_kind(known) && std::ranges::includes(all, known.causes); };
  };
  return std::ranges::any_of(known_, within(labels)) || std::ranges::any_of(general_, within(general));
}

std::vector<Symptom> Investigator::compare_encodings(const Input& input, Executor::State state) {
  const auto other = equivalent(input);
  if (!other) return {};
  const auto one = executor_.run(input, state);
  const auto two = executor_.run(*other, state);
  if (!one.possible || !two.possible) return {};
  for (std::size_t i = 0; i < one.sent.size() && i < two.sent.size(); ++i) {
    const auto* a = std::get_if<Response>(&one.sent[i].answer);
    const auto* b = std::get_if<Response>(&two.sent[i].answer);
    if (!a || !b || a->status >= 500 || b->status >= 500 || puts_off(a->status) || puts_off(b->status))
      return {};
    if (one.sent[i].print.outcome == two.sent[i].print.outcome) continue;
    // Escapes make it three times as long, and lengths have limits.
    if (two.sent[i].request.url.size() > kLongUrl || two.sent[i].request.body.size() > kLongBody) return {};
    return {{Oracle::encoding, i, "every octet escaped, in the other order"}};
  }
  return {};
}

bool Investigator::shows(const Execution& execution, const Input& input, const Symptom& symptom,
                         Surface surface) {
  auto all = execution.symptoms;
  for (std::size_t i = 0; i < execution.sent.size() && symptom.oracle == Oracle::disclosure; ++i) {
    const auto more = disclosures_of(execution.sent[i], i);
    all.insert(all.end(), more.begin(), more.end());
  }
  if (symptom.oracle == Oracle::memory) return grows(input);
  if (symptom.oracle == Oracle::encoding) all = compare_encodings(input);
  return std::ranges::any_of(all, [&](const Symptom& one) {
    return one.oracle == symptom.oracle && one.detail == symptom.detail && one.step < execution.sent.size() &&
           execution.sent[one.step].surface == surface;
  });
}

Investigator::Trial Investigator::attempt(const Input& input, const Symptom& symptom, Surface surface,
                                          unsigned times, Executor::State state) {
  Trial trial;
  for (unsigned i = 0; i < times && !world_.interrupted(); ++i) {
    auto execution = executor_.run(input, state);
    trial.answered += execution.answered && execution.possible;
    const bool there = shows(execution, input, symptom, surface);
    trial.seen += there;
    if (there || trial.seen == 0) trial.last = std::move(execution);
  }
  return trial;
}

std::vector<Exchange> Investigator::evidence(const Execution& execution, const Finding& finding) {
  oauth::Redactor redactor(world_.tags, world_.target_redactor());
  for (const auto& sent : execution.sent) {
    add_secrets(redactor, sent);
    if (const auto* response = std::get_if<Response>(&sent.answer)) {
      for (const auto& parameter : oauth::query_of(response->headers.value("Location"))) {
        if (parameter.name == "code" || parameter.name.ends_with("_token"))
          redactor.add(parameter.name, parameter.value);
      }
    }
  }
  std::vector<Exchange> out;
  for (std::size_t i = 0; i < execution.sent.size(); ++i) {
    const auto& sent = execution.sent[i];
    Exchange exchange;
    exchange.id = fmt::format("fuzz/{}#{}", finding.id, i + 1);
    exchange.label = to_string(sent.surface);
    exchange.request = sent.request;
    exchange.answer = sent.answer;
    exchange.started = std::chrono::system_clock::now();
    exchange.duration = sent.duration;
    out.push_back(redactor.redact(std::move(exchange)));
  }
  return out;
}

std::optional<Finding> Investigator::investigate(const Input& input, const Symptom& symptom) {
  Finding finding;
  finding.symptom = symptom;
  finding.surface = surface_of(input, symptom);
  const bool slow =
      symptom.oracle == Oracle::hang || symptom.oracle == Oracle::no_answer || symptom.oracle == Oracle::memory;
  const auto first = attempt(input, symptom, finding.surface, slow ? 1 : 2);
  if (first.seen == 0) return std::nullopt;
  // What is served by mistake depends on what is fresh; failures mostly do not, and a sign-in for each try
  // takes time.
  const auto state = symptom.oracle == Oracle::unearned ? Executor::State::fresh : Executor::State::shared;
  const std::function<bool(const Input&)> still = [&](const Input& smaller) {
    return !world_.interrupted() && attempt(smaller, symptom, finding.surface, 1, state).seen > 0;
  };
  finding.input = minimise(input, honest_, still,
                           symptom.oracle == Oracle::hang     ? kSlowBudget
                           : symptom.oracle == Oracle::memory ? kMemoryBudget
                                                              : kBudget);
  finding.causes = deviations(finding.input, honest_);
  if (finding.causes.size() > kMostCauses) finding.causes.resize(kMostCauses);
  const auto last = attempt(finding.input, symptom, finding.surface, slow ? kSlowAttempts : kAttempts,
                            Executor::State::alone);
  if (last.seen == 0) return std::nullopt;
  finding.seen = last.seen;
  finding.tried = slow ? kSlowAttempts : kAttempts;
  for (std::size_t i = 0; i < last.last.sent.size(); ++i) {
    if (last.last.sent[i].surface != finding.surface) continue;
    finding.symptom.step = i;
    finding.observed = told(last.last.sent[i]);
  }
  for (const auto& one : last.last.symptoms) {
    if (one.oracle == symptom.oracle && one.detail == symptom.detail) {
      finding.symptom.step = one.step;
      finding.observed = told(last.last.sent[one.step]);
      break;
    }
  }
  finding.id = identity(finding.symptom, finding.surface, finding.causes);
  finding.issuer = world_.target->issuer;
  finding.found_at = fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::now()));
  finding.after_requests = executor_.requests();
  finding.exchanges = evidence(last.last, finding);
  return finding;
}

}  // namespace oauthentic::fuzz
