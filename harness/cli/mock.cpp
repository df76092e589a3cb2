// oauthentic mock, and the servers of oauthentic demo
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "cli/command.hpp"
#include "cli/mock_service.hpp"
#include "cli/outputs.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"
#include "mock_servers/faults.hpp"

namespace oauthentic::cli {

int mock(const MockOptions& options) {
  catch_interrupts();
  std::string error;
  const auto service = MockService::start(options, error);
  if (!service) {
    say("{}\n", error);
    return kWrongInput;
  }
  const auto target = service->target_yaml();
  if (options.target_out.empty()) {
    fmt::print("{}", target);
  } else if (!write_file(options.target_out, target, error)) {
    say("{}\n", error);
    return kWrongInput;
  }
  say("authorization server {}\nAPI                  {}\napplication          {}\n", service->issuer(),
      service->api(), service->application());
  if (!options.target_out.empty()) say("target file          {}\n", options.target_out);
  say("Ctrl-C ends it.\n");
  std::fflush(stdout);
  while (!interrupted())
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return kDone;
}

int demo(RunOptions options, const MockOptions& mock) {
  std::string error;
  const auto service = MockService::start(mock, error);
  if (!service) {
    say("{}\n", error);
    return kWrongInput;
  }
  std::error_code code;
  std::filesystem::create_directories(options.out, code);
  options.target = (std::filesystem::path(options.out) / "target.yaml").string();
  if (code || !write_file(options.target, service->target_yaml(), error)) {
    say("{}\n", code ? fmt::format("cannot make the folder {}: {}", options.out, code.message()) : error);
    return kWrongInput;
  }
  if (options.profiles.empty()) {
    const auto library = load_library_or_tell(options.profiles_dir, options.scripts);
    if (!library) return kWrongInput;
    for (const auto& profile : library->profiles) {
      if (profile.stance == mock.stance) options.profiles.push_back(profile.id);
    }
  }
  return run(options);
}

}  // namespace oauthentic::cli
