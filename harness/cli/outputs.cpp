#include "cli/outputs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sarif.hpp"
#include "run/journal.hpp"
#include "run/judge.hpp"

namespace oauthentic::cli {

namespace {

struct Format {
  const char* name;
  const char* file;
  std::string (*write)(const ReportInput&);
};

constexpr Format kFormats[] = {
    {"html", "report.html", reports::write_html},        {"json", "run.json", reports::write_json},
    {"junit", "junit.xml", reports::write_junit},        {"sarif", "report.sarif", reports::write_sarif},
    {"markdown", "summary.md", reports::write_markdown},
};

const Format& format_of(const std::string& name) {
  for (const auto& format : kFormats) {
    if (name == format.name) return format;
  }
  throw std::logic_error(fmt::format("there is no format \"{}\"", name));
}

}  // namespace

ReportInput Judged::input(const script::Library& library) const {
  return {run.get(), &library.specifications, &results, &verdicts};
}

std::unique_ptr<Judged> judge_journal(const std::string& path, const script::Library& library,
                                      const std::vector<const Profile*>& profiles, std::string& error) {
  auto judged = std::make_unique<Judged>();
  judged->run = run::read_journal(path, error);
  if (!judged->run) return nullptr;
  judged->results = run::results_of(*judged->run, library);
  auto selected = profiles;
  if (selected.empty()) {
    for (const auto& id : judged->run->profiles) {
      if (const auto* profile = library.profile(id)) selected.push_back(profile);
    }
  }
  for (const auto* profile : selected)
    judged->verdicts.push_back(run::judge(*profile, *judged->run, judged->results, library));
  return judged;
}

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& format : kFormats)
      all.emplace_back(format.name);
    return all;
  }();
  return names;
}

std::string file_name(const std::string& format) {
  return format_of(format).file;
}

std::string render(const std::string& format, const ReportInput& input) {
  return format_of(format).write(input);
}

bool write_file(const std::string& path, const std::string& text, std::string& error) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (file) return true;
  error = fmt::format("cannot write {}: {}", path, std::strerror(errno));
  return false;
}

}  // namespace oauthentic::cli
