#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format, shellcheck and # Words that are spelt so on purpose: halves of patterns, typing slips that tests are about.
codespell --skip '*/fuzz/corpus/*,*/rules/bad/*,*/golden/expected/*,*/lint/corpus/*' \
    --ignore-words-list 'ser,lo,fo,nd,ot,tiem,erformance,lients,sumary,relaese,flor,uffer,doas,te' \
    README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md man rules policies src \
    include tests packaging || status=1
exit $status
