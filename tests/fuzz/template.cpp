// Templates: what was taken can be rendered, and no value brings markup into HTML or another line into a subject.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <authtickets/base/utf8.h>
#include <authtickets/text/templates.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

namespace {

text::Values all(const std::string& value) {
    return {.shop = value, .shop_url = value, .name = value, .user_name = value, .time = value, .address = value,
            .browser = value, .region = value, .code = value, .minutes = value, .link = value, .remaining = value,
            .old_contact = value, .new_contact = value, .host = value, .locale = value, .dir = value};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto source = fuzz::text_of(data, size);
    const auto harmless = all("x"), hostile = all("<i>\"'\r\nx: y\xff</i>");
    for (const auto part : {text::Part::subject, text::Part::text, text::Part::html, text::Part::sms, text::Part::layout}) {
        const auto read = text::Template::parse(source, part);
        if (!read) continue;
        const auto plain = read->render(harmless, "<p>"), bent = read->render(hostile, "<p>");
        fuzz::require(is_utf8(plain) && is_utf8(bent));
        if (part == text::Part::subject) fuzz::require(bent.find_first_of("\r\n") == bent.npos);
        if (part != text::Part::html && part != text::Part::layout) continue;
        // A value that is left out, as bait, takes its section along; the other way round nothing may come in.
        for (const char c : {'<', '"', '\''}) fuzz::require(read->uses("name") || std::ranges::count(plain, c) == std::ranges::count(bent, c)
                                                            || read->uses("browser") || read->uses("region") || read->uses("user_name"));
    }
    for (const auto part : {text::Part::subject, text::Part::text, text::Part::html, text::Part::sms}) {
        const auto read = text::Template::parse(source, part, text::Vocabulary::triggers);
        if (!read) continue;
        const std::string value = "<i>\"'\r\nx: y\xff</i>";
        const auto bent = read->render(text::TriggerValues{.user_name = value, .name = value, .first_name = value, .code = value, .account_name = value});
        fuzz::require(is_utf8(bent));
        if (part == text::Part::subject) fuzz::require(bent.find_first_of("\r\n") == bent.npos);
        if (part == text::Part::html) fuzz::require(bent.find("<i>\"") == bent.npos);
    }
    if (const auto file = text::read_message(source)) {
        const auto again = text::read_message(text::write_message(*file));
        fuzz::require(again && again->subject == file->subject && again->text == file->text && again->html == file->html && again->sms == file->sms);
        for (const auto name : {"code_sign_in", "layout", "other"}) (void)text::Message::parse(name, *file);
    }
    return 0;
}
