#include "cli/mock_service.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "cli/outputs.hpp"
#include "core/suggest.hpp"

namespace oauthentic::cli {

namespace {

/// Adds to the set what the names stand for; what is wrong with one of them, or nothing.
std::string add_named(auto& set, const std::vector<std::string>& given, std::string_view kind, auto from,
                      const auto& infos) {
  for (const auto& name : given) {
    if (const auto found = from(name)) {
      set.add(*found);
      continue;
    }
    std::vector<std::string> names;
    for (const auto& info : infos)
      names.emplace_back(info.name);
    return fmt::format("unknown {} \"{}\"{} (oauthentic list {}s)", kind, name, did_you_mean(name, names),
                       kind);
  }
  return {};
}

}  // namespace

std::unique_ptr<MockService> MockService::start(const MockOptions& options, std::string& error) {
  mock::FaultSet faults;
  mock::MannerSet manners;
  error = add_named(faults, options.faults, "fault", mock::fault_from, mock::faults());
  if (error.empty()) error = add_named(manners, options.manners, "manner", mock::manner_from, mock::manners());
  if (!error.empty()) return nullptr;
  std::unique_ptr<MockService> service(new MockService);
  try {
    service->listen(options);
    service->make_provider(options, faults, manners);
  } catch (const std::exception& what) {
    error = what.what();
    return nullptr;
  }
  return service;
}

/// The ports have to be known before the provider is, since its pages and metadata name them.
void MockService::listen(const MockOptions& options) {
  const unsigned short ports[] = {options.port, options.api_port, options.app_port};
  const auto certificate = options.tls ? http::make_certificate() : http::Certificate();
  for (int i = 0; i < 3; ++i) {
    http::ListenerOptions server;
    server.address = options.host;
    server.port = ports[i];
    server.tls = options.tls;
    server.certificate_pem = certificate.certificate_pem;
    server.key_pem = certificate.key_pem;
    servers_[i] = std::make_unique<http::Listener>(
        [this](const Request& request) {
          if (!provider_) return Response{503, "Service Unavailable", {}, "", ""};
          for (const auto& [origin, handler] : provider_->handlers()) {
            if (request.url.starts_with(origin + "/")) return handler(request);
          }
          return Response{
              421, "Misdirected Request", {{"Content-Type", "text/plain"}}, "no such server here\n", ""};
        },
        server);
  }
  issuer_ = servers_[0]->origin();
  api_ = servers_[1]->origin();
  application_ = servers_[2]->origin();
  if (!options.tls) return;
  ca_file_ =
      options.target_out.empty()
          ? (std::filesystem::temp_directory_path() / fmt::format("oauthentic-mock-{}.pem", getpid())).string()
          : options.target_out + ".pem";
  std::string error;
  if (!write_file(ca_file_, certificate.certificate_pem, error)) throw std::runtime_error(error);
}

void MockService::make_provider(const MockOptions& options, const mock::FaultSet& faults,
                                const mock::MannerSet& manners) {
  mock::ProviderOptions provider;
  provider.issuer = issuer_;
  provider.api = api_;
  provider.relying_party = application_;
  provider.stance = options.stance;
  provider.faults = faults;
  provider.manners = manners;
  provider_ = std::make_unique<mock::Provider>(provider);
}

std::string MockService::target_yaml() const {
  auto yaml = provider_->target_yaml();
  if (!ca_file_.empty()) yaml += fmt::format("tls: {{ ca_file: \"{}\" }}\n", ca_file_);
  return yaml;
}

}  // namespace oauthentic::cli
