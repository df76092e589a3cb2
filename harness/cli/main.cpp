#include "cli/command.hpp"

int main(int argc, char** argv) {
  return oauthentic::cli::main(argc, argv);
}
