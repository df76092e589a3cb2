#!/usr/bin/env bash
# ClusterFuzzLite builds what OSS-Fuzz builds.
exec "$SRC/oauthentic/fuzz/oss-fuzz/build.sh"
