#include "agent/driver_process.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "oauth/html_text.hpp"

namespace oauthentic::agent {

namespace {

constexpr std::chrono::seconds kPatience{20};

std::expected<std::filesystem::path, std::string> make_folder() {
  std::error_code code;
  const auto parent = std::filesystem::temp_directory_path(code);
  if (code) return std::unexpected("there is no folder for temporary files: " + code.message());
  auto name = (parent / "oauthentic-browser-XXXXXX").string();
  if (!::mkdtemp(name.data())) return std::unexpected("cannot make a folder in " + parent.string());
  return std::filesystem::path(name);
}

}  // namespace

unsigned port_told_in(const std::string& output) {
  constexpr std::string_view kBefore = "started successfully on port ";
  const auto at = output.find(kBefore);
  if (at == std::string::npos) return 0;
  const auto rest = std::string_view(output).substr(at + kBefore.size());
  unsigned port = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  // Without what follows the number may be cut in half.
  const bool whole = read.ec == std::errc() && read.ptr != rest.data() + rest.size();
  return whole && port > 0 && port <= 65535 ? port : 0;
}

std::expected<std::unique_ptr<DriverProcess>, std::string> DriverProcess::start(const std::string& program) {
  auto folder = make_folder();
  if (!folder) return std::unexpected(folder.error());
  std::unique_ptr<DriverProcess> driver(new DriverProcess);
  driver->folder_ = *folder;
  try {
    const auto path = folder->string();
    driver->process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{program, "--port=0", "--log-level=SEVERE"},
        std::map<std::string, std::string>{{"TMPDIR", path}, {"HOME", path}, {"XDG_CONFIG_HOME", path}});
  } catch (const std::runtime_error& error) {
    return std::unexpected(fmt::format("{}; it comes with the package chromium-driver", error.what()));
  }
  auto& process = *driver->process_;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  auto event = ChildProcess::Event::output;
  unsigned port = 0;
  while (event == ChildProcess::Event::output && port == 0) {
    event = process.wait(until);
    port = port_told_in(process.out());
  }
  if (port == 0) {
    return std::unexpected(fmt::format("{} {}: {}", program,
                                       event == ChildProcess::Event::ended
                                           ? "ended with " + process.how_it_ended()
                                           : "did not say on which port it listens",
                                       oauth::fold_space(process.out() + ' ' + process.err(), 300)));
  }
  driver->url_ = fmt::format("http://127.0.0.1:{}", port);
  return driver;
}

DriverProcess::~DriverProcess() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool DriverProcess::runs() {
  auto event = ChildProcess::Event::output;
  while (event == ChildProcess::Event::output)
    event = process_->wait(std::chrono::steady_clock::now());
  return event == ChildProcess::Event::too_late;
}

}  // namespace oauthentic::agent
