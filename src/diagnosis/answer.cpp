// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/answer.hpp"

namespace tcptune::diagnosis {

Answer answer_to(const Question& question, const std::vector<rules::Message>& messages) {
    Answer answer;
    answer.question = question;
    answer.id = question.message_id;
    for (const rules::Message& message : messages) {
        if (message.id != question.message_id) continue;
        answer.title = message.title;
        answer.text = message.text;
    }
    return answer;
}

void add_cause(const std::string& title, plan::Truth verdict, Answer& answer) {
    switch (verdict) {
        case plan::Truth::yes:
            answer.confirmed.push_back(title);
            break;
        case plan::Truth::no:
            answer.ruled_out.push_back(title);
            break;
        case plan::Truth::unknown:
            answer.open.push_back(title);
            break;
    }
}

}  // namespace tcptune::diagnosis
