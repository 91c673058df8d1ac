#!/usr/bin/env bash
# Generators of clients that are too large to be installed with the project, for their tests: 216 MB in build/generators.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/generators
npm install --prefix build/generators --ignore-scripts --no-audit --no-fund swagger-typescript-api@13.13.0 \
  @kubb/{core,cli,plugin-oas,plugin-ts,plugin-client}@4.39.3
