// SPDX-License-Identifier: Apache-2.0
#include "rules/entry_reader.hpp"
#include "rules/symptom_file.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

/// The highest errno that a system call of Linux can give (MAX_ERRNO).
constexpr std::int64_t highest_errno = 4095;
/// A shorter piece of text would be found in messages of every kind.
constexpr std::size_t shortest_text = 4;

struct MessageFile {
    Message entry;
    LocatedText id;
    std::vector<LocatedText> texts;
    SourceLocation number_location;
};

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

void read_message_id(TomlTable& table, MessageFile& file) {
    file.id = read_required(table, "id");
    if (file.id.location.line != 0 && !is_message_id(file.id.text))
        table.error(codes::bad_value, file.id.location, "id cannot be " + quoted(file.id.text),
                    "it is " + std::string(message_id_spelling));
    file.entry.id = file.id.text;
}

void read_texts(TomlTable& table, MessageFile& file) {
    if (!table.has("texts")) return report_missing(table, "texts");
    file.texts = table.text_list("texts");
    if (file.texts.size() > max_entries) {
        table.error(codes::too_large, file.texts[max_entries].location,
                    "more than " + std::to_string(max_entries) + " texts");
        file.texts.clear();
    }
    if (const auto value = table.value("texts"); value && value->items.empty())
        table.error(codes::bad_value, value->location, "texts is an empty list",
                    "write what a log line of this kind always has");
    for (const LocatedText& text : file.texts) {
        if (trim(text.text).size() < shortest_text)
            table.error(codes::bad_value, text.location,
                        quoted(text.text) + " is too short to give a message away",
                        "at least 4 characters");
        file.entry.texts.push_back(text.text);
    }
}

void read_number(TomlTable& table, MessageFile& file) {
    const auto number = table.integer("number");
    if (!number) return;
    file.number_location = table.value("number")->location;
    file.entry.number = *number;
    if (*number < 0 || *number > highest_errno)
        table.error(codes::bad_value, file.number_location, "number must be 0 to 4095",
                    "it is an errno, or 0 for none");
}

MessageFile read_message_file(const SymptomSource& source, Diagnostics& diagnostics) {
    MessageFile file;
    file.entry.file = source.file;
    TomlDocument document(source.file, source.text, diagnostics);
    auto root = document.root();
    if (!root) return file;
    read_schema(*root);
    if (!root->has("message")) {
        report_missing(*root, "message");
    } else if (auto table = root->table("message")) {
        read_message_id(*table, file);
        read_number(*table, file);
        read_texts(*table, file);
        file.entry.title = folded(read_filled(*table, "title"));
        file.entry.text = folded(read_filled(*table, "text"));
        table->finish();
    }
    UniqueIds references("[[reference]]");
    for (TomlTable& table : read_tables(*root, "reference")) {
        file.entry.references.push_back(read_reference(table, references));
        table.finish();
    }
    root->finish();
    return file;
}

/// What a message must have for itself alone: its id, its errno and each of its texts.
class Owners {
public:
    explicit Owners(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void add(const MessageFile& file, std::string_view text) {
        const std::string& id = file.entry.id;
        if (!is_message_id(id)) return;  // reported already
        if (id_by_name(file.entry.file) != id)
            report(codes::file_name, file.id.location, text,
                   "the file of " + id + " must be called " + id + ".toml");
        take(ids_, id, file, file.id.location, text, "the id " + quoted(id));
        if (file.entry.number != 0)
            take(numbers_, file.entry.number, file, file.number_location, text,
                 "errno " + std::to_string(file.entry.number));
        for (const LocatedText& piece : file.texts)
            take(texts_, lower_case(piece.text), file, piece.location, text,
                 "the text " + quoted(piece.text));
    }

private:
    template <class Key>
    void take(std::map<Key, std::string>& taken, const Key& key, const MessageFile& file,
              const SourceLocation& at, std::string_view text, const std::string& what) {
        const auto [first, added] = taken.emplace(key, file.entry.file);
        if (added) return;
        const bool same = first->second == file.entry.file;
        report(codes::duplicate_id, at, text,
               same ? what + " stands here twice" : "another message has " + what,
               same ? "" : "it is " + first->second);
    }

    void report(std::string_view code, const SourceLocation& at, std::string_view text,
                std::string message, std::string hint = {}) {
        diagnostics_.push_back({std::string(code), DiagnosticSeverity::error, at,
                                std::move(message), std::move(hint), shown_line(text, at.line)});
    }

    Diagnostics& diagnostics_;
    std::map<std::string, std::string> ids_;
    std::map<std::int64_t, std::string> numbers_;
    std::map<std::string, std::string> texts_;
};

std::string hint_for_message(const std::string& id, const std::vector<Message>& messages) {
    std::vector<std::string> ids;
    for (const Message& message : messages)
        ids.push_back(message.id);
    return did_you_mean(id, ids);
}

}  // namespace

LoadedMessages load_messages(std::span<const SymptomSource> sources) {
    LoadedMessages loaded;
    std::vector<const SymptomSource*> ordered;
    for (const SymptomSource& source : sources)
        ordered.push_back(&source);
    std::ranges::sort(ordered, {}, &SymptomSource::file);
    Owners owners(loaded.diagnostics);
    for (const SymptomSource* source : ordered) {
        const std::size_t before = loaded.diagnostics.size();
        if (!source->disabled) {
            MessageFile file = read_message_file(*source, loaded.diagnostics);
            owners.add(file, source->text);
            if (loaded.diagnostics.size() == before) {
                loaded.messages.push_back(std::move(file.entry));
                continue;
            }
        }
        loaded.left_out.emplace(id_by_name(source->file));
    }
    std::ranges::sort(loaded.messages, {}, &Message::id);
    sort_by_place(loaded.diagnostics, 0);
    return loaded;
}

void check_messages(const std::vector<Symptom>& symptoms, const LoadedMessages& messages,
                    Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    for (const Symptom& symptom : symptoms)
        for (std::size_t i = 0; i < symptom.messages.size(); ++i) {
            const std::string& id = symptom.messages[i];
            if (messages.left_out.contains(id) ||
                std::ranges::find(messages.messages, id, &Message::id) != messages.messages.end())
                continue;
            diagnostics.push_back({std::string(codes::unknown_message), DiagnosticSeverity::error,
                                   symptom.message_locations.at(i),
                                   "there is no message " + quoted(id),
                                   hint_for_message(id, messages.messages), ""});
        }
    sort_by_place(diagnostics, before);
}

}  // namespace tcptune::rules
