#pragma once
#include <string>

#include "mock_servers/deployment.hpp"

namespace oauthentic::mock {

/// The target file (YAML) with which the harness finds everything in this deployment.
std::string target_file(const Deployment& deployment);

}  // namespace oauthentic::mock
