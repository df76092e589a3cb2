#!/usr/bin/env bash
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite ask for it: with the compilers, flags and fuzzing engine of
# the environment, from $SRC, by way of $WORK, into $OUT. There, beside each program fuzz_NAME, are its seeds, its
# dictionary and its options. libraries.sh has put into $SRC what is not part of the system.
set -euo pipefail

: "${OAUTHENTIC_SRC:=$SRC/oauthentic}" "${YAML_CPP_SRC:=$SRC/yaml-cpp}" "${BOOST_SRC:=$SRC/boost}"
build=$WORK/oauthentic

options=(-DOAUTHENTIC_FUZZ_ONLY=ON "-DOAUTHENTIC_YAML_CPP=$YAML_CPP_SRC" "-DOAUTHENTIC_FUZZ_ENGINE=${LIB_FUZZING_ENGINE// /;}")
if [[ -d $BOOST_SRC ]]; then options+=("-DBOOST_ROOT=$BOOST_SRC" -DBoost_NO_BOOST_CMAKE=ON); fi
# CXX, CFLAGS and CXXFLAGS are read by CMake itself; of its own it adds none.
cmake -G Ninja -S "$OAUTHENTIC_SRC" -B "$build" -DCMAKE_BUILD_TYPE=None "${options[@]}"
cmake --build "$build" --target fuzzers --parallel "${OAUTHENTIC_JOBS:-$(nproc)}"

cd "$OAUTHENTIC_SRC/fuzz"
for source in targets/*_fuzzer.cpp; do
  name=$(basename "$source" _fuzzer.cpp)
  program=fuzz_$name
  cp "$build/$program" "$OUT/"
  rm -f "$OUT/${program}_seed_corpus.zip"
  zip -q -X -r "$OUT/${program}_seed_corpus.zip" "corpus/$name"
  if [[ -d crashes/$name ]]; then zip -q -X -r "$OUT/${program}_seed_corpus.zip" "crashes/$name"; fi
  printf '[libfuzzer]\nmax_len = 4096\ntimeout = 10\n' >"$OUT/$program.options"
  if [[ -f dictionaries/$name.dict ]]; then
    cp "dictionaries/$name.dict" "$OUT/$program.dict"
    echo "dict = $program.dict" >>"$OUT/$program.options"
  fi
done
