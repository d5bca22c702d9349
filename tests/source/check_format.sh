#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format, shellcheck and codespell over the tree. What is not installed is said, and makes a
# run without a finding a skipped one.
set -u
cd "$TCPTUNE_SOURCE" || exit 1
status=0
missing=

has() {
    command -v "$1" >/dev/null && return
    missing="$missing $1"
    return 1
}

if has clang-format-19; then
    find src include tests -name '*.[ch]pp' -print0 |
        xargs -0 clang-format-19 --dry-run -Werror || status=1
fi
if has shellcheck; then
    find packaging tests .ci -path tests/lint/corpus -prune -o -type f -print0 | xargs -0 grep -lE '^#!/bin/(ba)?sh' |
        xargs shellcheck || status=1
fi
if has codespell; then
    # Words that are spelt so on purpose: halves of patterns, typing slips that tests are about.
    codespell --skip '*/fuzz/corpus/*,*/rules/bad/*,*/golden/expected/*,*/lint/corpus/*' \
        --ignore-regex '^pattern *= .*' \
        --ignore-words-list 'ser,lo,fo,nd,ot,tiem,erformance,lients,sumary,relaese,flor,doas,te' \
        README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md man rules policies src \
        include tests packaging || status=1
fi
if [ "$status" -eq 0 ] && [ -n "$missing" ]; then
    echo "skipped: not installed:$missing"
    exit 77
fi
exit $status
