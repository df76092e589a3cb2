#include "mock_servers/target_file.hpp"

#include <fmt/format.h>

#include "mock_servers/answers.hpp"

namespace oauthentic::mock {

namespace {

/// A YAML 1.2 double-quoted scalar is a JSON string, as long as it is UTF-8.
std::string double_quoted(std::string_view text) {
  return json_text(text);
}

std::string block_scalar(std::string_view text, std::string_view indent) {
  std::string out = "|\n";
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) out += fmt::format("{}{}\n", indent, line);
  }
  return out;
}

std::string client_entry(const Client& client) {
  auto out = fmt::format("  {}:\n    client_id: {}\n", client.role, double_quoted(client.id));
  if (!client.secret.empty()) out += fmt::format("    client_secret: {}\n", double_quoted(client.secret));
  out += fmt::format("    authentication: {}\n", oauth::to_string(client.method));
  if (client.scopes.size() == 1) out += fmt::format("    scopes: [{}]\n", client.scopes.front());
  if (client.key) out += "    private_key: " + block_scalar(client.key->to_pem(), "      ");
  return out;
}

}  // namespace

std::string target_file(const Deployment& deployment) {
  const auto& options = deployment.options;
  const auto& uris = deployment.registry.client_of_role("confidential").redirect_uris;
  std::string out = fmt::format("name: {}\nissuer: {}\nredirect_uri: {}\nredirect_uris:\n",
                                double_quoted(fmt::format("Mock provider ({})", deployment.stance.name)),
                                double_quoted(options.issuer), double_quoted(uris.front()));
  for (std::size_t i = 1; i < uris.size(); ++i)
    out += fmt::format("- {}\n", double_quoted(uris[i]));
  out +=
      "scopes: [openid, profile]\nclients:\n  register: true  # what is not written out here; and lets "
      "registration be checked\n";
  for (const auto& client : deployment.registry.clients()) {
    if (client.role != "relying_party") out += client_entry(client);
  }
  const char* const keys[] = {"user", "other_user"};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& user = deployment.registry.users()[i];
    out += fmt::format("{}:\n  username: {}\n  password: {}\n  agent: forms\n", keys[i],
                       double_quoted(user.username), double_quoted(user.password));
  }
  out += fmt::format("api:\n- url: {}\n  scope: profile\n- url: {}\n  scope: admin\n",
                     double_quoted(options.api + "/profile"), double_quoted(options.api + "/admin"));
  out +=
      fmt::format("relying_party: {}\nclock_header: {}\n", double_quoted(options.relying_party), kClockHeader);
  return out;
}

}  // namespace oauthentic::mock
