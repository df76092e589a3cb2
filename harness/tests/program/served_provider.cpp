#include "tests/program/served_provider.hpp"

#include <stdexcept>

namespace oauthentic::program {

ServedProvider::ServedProvider(Hooks hooks, const std::string& stance, mock::FaultSet faults)
    : hooks_(std::move(hooks)) {
  for (auto& server : servers_) {
    server = std::make_unique<http::Listener>([this](const Request& request) { return answer(request); },
                                              http::ListenerOptions{});
  }
  issuer_ = servers_[0]->origin();
  mock::ProviderOptions options;
  options.issuer = issuer_;
  options.api = servers_[1]->origin();
  options.relying_party = servers_[2]->origin();
  options.stance = stance;
  options.faults = faults;
  provider_ = std::make_unique<mock::Provider>(options);
  ready_ = provider_.get();
}

ServedProvider::~ServedProvider() {
  for (auto& server : servers_)
    server.reset();  // before what they answer with
}

Response ServedProvider::answer(const Request& request) {
  ++requests_;
  std::optional<Response> response;
  if (hooks_.instead) response = hooks_.instead(request);
  const auto* provider = ready_.load();
  if (!response && provider) {
    for (const auto& [origin, handler] : provider->handlers()) {
      if (request.url.starts_with(origin + "/")) response = handler(request);
    }
  }
  if (!response) response = Response{421, "Misdirected Request", {}, "", ""};
  if (hooks_.seen) hooks_.seen(request, *response);
  return std::move(*response);
}

std::string with_value(std::string yaml, const std::string& key, const std::string& value) {
  const auto wanted = key + ": ";
  bool found = false;
  for (std::size_t at = 0; at != std::string::npos; at = yaml.find('\n', at + 1)) {
    const auto start = yaml.find_first_not_of("\n -", at);
    if (start == std::string::npos) break;
    if (yaml.compare(start, wanted.size(), wanted) != 0) continue;
    yaml.replace(start, yaml.find('\n', start) - start, wanted + value);
    found = true;
  }
  if (!found) throw std::logic_error("no line \"" + key + ":\" in the target file");
  return yaml;
}

}  // namespace oauthentic::program
