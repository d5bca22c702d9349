// SPDX-License-Identifier: Apache-2.0
#include "lint/passes.hpp"

namespace tcptune::lint {

void note_dropped(const Document& document, const Standard& standard, Findings& findings) {
    for (const Setting& setting : document.settings) {
        if (!setting.effective || !setting.fixable || !standard.drop.contains(setting.key))
            continue;
        add_note(document, setting,
                 {.category = Category::duplicate,
                  .severity = Severity::info,
                  .rule_id = "lint/dropped",
                  .title = "Taken out as asked for (--drop)",
                  .explanation = "Another file is to set the key; this line would win over it.",
                  .mend = "Take the line out.",
                  .fix = take_out()},
                 findings);
    }
}

}  // namespace tcptune::lint
