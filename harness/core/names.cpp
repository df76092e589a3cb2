// The words by which the values of the core are known in scripts, journals and reports.
#include "core/exchange.hpp"
#include "core/outcome.hpp"
#include "core/profile.hpp"
#include "core/requirement.hpp"

namespace oauthentic {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::must:
      return "MUST";
    case Level::should:
      return "SHOULD";
    case Level::may:
      return "MAY";
  }
  return "";
}

std::optional<Level> level_from(std::string_view text) {
  for (const auto level : {Level::must, Level::should, Level::may}) {
    if (iequals(text, to_string(level))) return level;
  }
  return std::nullopt;
}

std::string_view to_string(Result result) {
  switch (result) {
    case Result::not_applicable:
      return "not_applicable";
    case Result::satisfied:
      return "satisfied";
    case Result::inconclusive:
      return "inconclusive";
    case Result::violated:
      return "violated";
    case Result::harness_error:
      return "harness_error";
  }
  return "";
}

std::optional<Result> result_from(std::string_view text) {
  for (const auto result : {Result::not_applicable, Result::satisfied, Result::inconclusive, Result::violated,
                            Result::harness_error}) {
    if (text == to_string(result)) return result;
  }
  return std::nullopt;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::warn:
      return "warn";
    case Verdict::info:
      return "info";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::not_applicable:
      return "not_applicable";
    case Verdict::not_observed:
      return "not_observed";
    case Verdict::not_checkable:
      return "not_checkable";
    case Verdict::harness_error:
      return "harness_error";
  }
  return "";
}

Verdict verdict_of(Result result, Level level) {
  switch (result) {
    case Result::satisfied:
      return Verdict::pass;
    case Result::not_applicable:
      return Verdict::not_applicable;
    case Result::inconclusive:
      return Verdict::inconclusive;
    case Result::harness_error:
      return Verdict::harness_error;
    case Result::violated:
      break;
  }
  return level == Level::must ? Verdict::fail : level == Level::should ? Verdict::warn : Verdict::info;
}

}  // namespace oauthentic
