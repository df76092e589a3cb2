#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"

namespace oauthentic::cli {

namespace {

volatile std::sig_atomic_t interrupts = 0;

void on_signal(int signal) {
  if (interrupts > 0) std::_Exit(128 + signal);
  interrupts = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return interrupts != 0;
}

std::optional<script::Library> load_library_or_tell(const std::string& profiles_dir,
                                                    const std::string& scripts) {
  script::Diagnostics diagnostics;
  auto library = script::load_library({profiles_dir, scripts}, diagnostics);
  if (!library) say("{}", diagnostics.to_string());
  return library;
}

std::optional<std::vector<script::Preset>> load_presets_or_tell(const std::string& profiles_dir) {
  script::Diagnostics diagnostics;
  auto presets = script::load_presets(profiles_dir, diagnostics);
  if (!presets) say("{}", diagnostics.to_string());
  return presets;
}

std::optional<std::vector<const Profile*>> find_profiles(const script::Library& library,
                                                         const std::vector<std::string>& ids) {
  std::vector<const Profile*> found;
  for (const auto& id : ids.empty() ? std::vector<std::string>{"oauth-2.0-bcp"} : ids) {
    const auto* profile = library.profile(id);
    if (!profile) {
      say("unknown profile \"{}\"{} (oauthentic list profiles)\n", id, did_you_mean(id, library.profile_ids()));
      return std::nullopt;
    }
    found.push_back(profile);
  }
  return found;
}

bool use_colour(const std::string& choice, int stream) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  const char* no_colour = std::getenv("NO_COLOR");
  return (!no_colour || !*no_colour) && isatty(stream) == 1;
}

}  // namespace oauthentic::cli
