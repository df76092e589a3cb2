#!/usr/bin/env bash
# Prepares the image that build.sh runs in: packages of C libraries and of headers, and into $SRC the C++ libraries that
# have to be compiled with the flags of the fuzzers. The versions are those that Oauthentic is tested with.
set -euo pipefail

apt-get update -qq
apt-get install -y -qq --no-install-recommends ninja-build zip bzip2 ca-certificates curl git \
  libfmt-dev nlohmann-json3-dev libvalijson-dev libgumbo-dev libssl-dev zlib1g-dev

git clone --quiet --depth 1 --branch yaml-cpp-0.7.0 https://github.com/jbeder/yaml-cpp "$SRC/yaml-cpp"

# NB: from 1.82 on Boost.URL cannot be used as headers alone.
archive=$(mktemp)
curl -fsSL -o "$archive" https://archives.boost.io/release/1.81.0/source/boost_1_81_0.tar.bz2
echo "71feeed900fbccca04a3b4f2f84a7c217186f28a940ed8b7ed4725986baf99fa  $archive" | sha256sum --check --quiet
mkdir -p "$SRC/boost"
tar -xjf "$archive" -C "$SRC/boost" --strip-components=1 boost_1_81_0/boost
rm "$archive"
