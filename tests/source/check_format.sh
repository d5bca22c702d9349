#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-format, shellcheck and codespell over the tree.
set -u
cd "$TCPTUNE_SOURCE" || exit 1
status=0
if command -v clang-format-19 >/dev/null; then
    find src include tests -name '*.[ch]pp' -print0 |
        xargs -0 clang-format-19 --dry-run -Werror || status=1
else
    echo 'not checked: no clang-format-19'
    exit 77
fi
find packaging tests .ci -type f -print0 | xargs -0 grep -lE '^#!/bin/(ba)?sh' |
    xargs shellcheck || status=1
codespell --skip 'build,.git,./tests/fuzz/corpus,./tests/rules/bad' \
    --ignore-words-list 'ser,lo,fo,nd' README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md \
    CHANGELOG.md man rules policies src include tests packaging || status=1
exit $status
