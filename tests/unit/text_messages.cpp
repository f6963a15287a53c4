// Messages: the built-in ones in every language, what is asked of a store's own, and short messages.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>
#include <authtickets/text/templates.h>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace authtickets;
using text::Message;
using text::MessageText;
using text::Values;
using namespace std::literals;

namespace {

constexpr Time when{std::chrono::milliseconds(1768472430000)};

Values values_for(std::string_view locale) {
    return {.shop = "Muster Shop", .shop_url = "https://shop.example/", .name = "Kay", .user_name = "kay@example.com",
            .time = text::time_in_words(when, locale, "Europe/Berlin"), .address = "192.0.2.7", .browser = "Firefox (Windows)",
            .region = text::region_in_words("US-TX", locale), .code = "012345", .minutes = text::duration_in_words(Seconds(180), locale),
            .link = "https://shop.example/account/reset?t=a_b-c&u=7", .remaining = "9", .old_contact = "k•••@e•••.com",
            .new_contact = "•••89", .host = "www.shop.example", .locale = std::string(locale),
            .dir = std::string(text::direction(locale))};
}

MessageText said(std::string_view name, std::string_view locale, const Values& values) {
    const auto* const message = text::built_in_message(name, locale);
    const auto* const layout = text::built_in_message(text::layout_name, locale);
    BOOST_REQUIRE_MESSAGE(message && layout, locale << "/" << name << " is missing");
    return message->render(values, *layout);
}

std::string refusal(std::string_view name, const MessageText& source) {
    const auto read = Message::parse(name, source);
    return read ? "taken" : read.error().field + ": " + read.error().text;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

template <class Judge>
void each(Judge judge) {
    for (const auto locale : text::built_in_locales()) {
        for (const auto& kind : text::message_kinds()) {
            BOOST_TEST_CONTEXT(locale << "/" << kind.name) judge(locale, kind, said(kind.name, locale, values_for(locale)));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_messages)

BOOST_AUTO_TEST_CASE(every_message_is_there_in_every_language_with_all_its_parts) {
    each([](auto, const text::MessageKind& kind, const MessageText& said) {
        BOOST_TEST(!said.subject.empty());
        BOOST_TEST(!said.text.empty());
        BOOST_TEST(!said.html.empty());
        BOOST_TEST(!said.sms.empty() == kind.sms);
        for (const auto& part : {said.subject, said.text, said.html, said.sms}) {
            BOOST_TEST(!has(part, "{{"));
            BOOST_TEST(!has(part, "}}"));
        }
    });
    BOOST_TEST(text::built_in_message("code_sign_in", "fr") == nullptr);
    BOOST_TEST(text::built_in_message("no_such", "en") == nullptr);
    BOOST_TEST(has(text::built_in_source("unlock", "de"), "--- subject\n"));
}

BOOST_AUTO_TEST_CASE(the_folder_has_these_messages_and_no_others) {
    const char* const root = std::getenv("SRC_DIR");
    std::set<std::string> wanted{std::string(text::layout_name) + ".msg"}, locales{"README.md"};
    for (const auto& kind : text::message_kinds()) wanted.insert(std::string(kind.name) + ".msg");
    for (const auto locale : text::built_in_locales()) locales.emplace(locale);
    const std::filesystem::path folder(std::string(root && *root ? root : ".") + "/contrib/templates");
    const auto names = [](const std::filesystem::path& in) {
        std::set<std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator(in)) all.insert(entry.path().filename().string());
        return all;
    };
    BOOST_TEST(names(folder) == locales, boost::test_tools::per_element());
    for (const auto locale : text::built_in_locales()) BOOST_TEST(names(folder / locale) == wanted, boost::test_tools::per_element());
}

// N1 to N7, N10 (docs/delivery.md): when, with the zone, and from where.
BOOST_AUTO_TEST_CASE(every_message_says_when_and_from_where) {
    each([](std::string_view locale, const text::MessageKind&, const MessageText& said) {
        const auto values = values_for(locale);
        for (const auto& part : {said.text, said.html}) {
            for (const auto& value : {values.shop, values.time, values.address, values.browser, values.region}) BOOST_TEST(has(part, value));
        }
        BOOST_TEST(has(said.subject, values.shop));
    });
}

// N8: the code in the first line and in the subject, its life in minutes; nothing else carries one.
BOOST_AUTO_TEST_CASE(codes_stand_in_subject_and_first_line_and_nowhere_but_in_their_messages) {
    each([](std::string_view locale, const text::MessageKind& kind, const MessageText& said) {
        const auto first = said.text.substr(0, said.text.find('\n'));
        for (const auto& part : {said.subject, first, said.html}) BOOST_TEST(has(part, "012345") == kind.code);
        for (const auto& part : {said.text, said.html}) {
            BOOST_TEST(has(part, "/account/reset") == kind.link);
            if (kind.code) BOOST_TEST(has(part, values_for(locale).minutes));
        }
        if (!kind.code) BOOST_TEST(!has(said.text + said.html + said.sms, "012345"));
    });
}

// UI30: nothing from elsewhere, nothing that runs, no colour of ours that a dark screen could swallow.
BOOST_AUTO_TEST_CASE(html_loads_nothing_and_lays_out_in_its_direction) {
    each([](std::string_view locale, const text::MessageKind&, const MessageText& said) {
        for (const auto foreign : {"<img", "src=", "url(", "<link", "<script", "@import", "http://", "color:#", "background", "width="}) {
            const auto twice = said.html.find(foreign);
            BOOST_TEST((twice == said.html.npos || said.html.substr(twice, 12) == "width=device"), foreign);
        }
        for (auto at = said.html.find("https://"); at != said.html.npos; at = said.html.find("https://", at + 1)) {
            BOOST_TEST(said.html.compare(at, 21, "https://shop.example/") == 0);
        }
        BOOST_TEST(has(said.html, "<html lang=\"" + std::string(locale) + "\" dir=\"" + (locale == "ar" ? "rtl" : "ltr") + "\">"));
        BOOST_TEST(has(said.html, "<meta name=\"color-scheme\" content=\"light dark\">"));
        BOOST_TEST(has(said.html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
    });
}

BOOST_AUTO_TEST_CASE(a_message_reads_well_when_little_is_known) {
    for (const auto locale : text::built_in_locales()) {
        for (const auto& kind : text::message_kinds()) {
            const auto bare = said(kind.name, locale, {.shop = "Shop", .time = "now", .code = kind.code ? "012345" : "",
                                                       .minutes = "3", .link = kind.link ? "https://shop.example/x" : "",
                                                       .locale = std::string(locale), .dir = "ltr"});
            BOOST_TEST_CONTEXT(locale << "/" << kind.name) {
                BOOST_TEST(!has(bare.text, "\n\n\n"));
                BOOST_TEST(!has(bare.text, ": \n"));
                BOOST_TEST(!has(bare.text, ":\n\n"));
                BOOST_TEST(!has(bare.html, "<bdi></bdi>"));
                BOOST_TEST(!bare.text.starts_with("\n"));
            }
        }
    }
}

// N8: 160 characters at most, and the last line is for browsers.
BOOST_AUTO_TEST_CASE(an_sms_fits_whatever_the_shop_is_called) {
    for (const auto locale : text::built_in_locales()) {
        for (const auto& kind : text::message_kinds()) {
            if (!kind.sms) continue;
            for (const auto& shop : {"Shop"s, "Mustermann & Söhne Haushaltswaren"s, "Der allerlängste Laden der Welt für Knöpfe und Garne"s,
                                     std::string(100, 'x'), "\u0645\u062a\u062c\u0631 \u0627\u0644\u0643\u062a\u0628 \u0627\u0644\u0643\u0628\u064a\u0631"s}) {
                auto values = values_for(locale);
                values.shop = shop;
                const auto sms = said(kind.name, locale, values).sms;
                const auto size = text::sms_size(sms);
                BOOST_TEST_CONTEXT(locale << "/" << kind.name << ": " << sms) {
                    BOOST_TEST((size.gsm ? size.units : text::code_points(sms)) <= 160U);
                    if (locale != "ar" && shop.find('\xd9') == shop.npos) BOOST_TEST((size.gsm && size.parts() == 1));
                    BOOST_TEST(size.parts() <= 3U);
                    BOOST_TEST(sms.starts_with(text::nfc(shop)->substr(0, 4)));
                    if (kind.code) BOOST_TEST(has(sms, "\n@www.shop.example #012345") == sms.ends_with("\n@www.shop.example #012345"));
                    if (kind.code && shop.size() < 40) BOOST_TEST(sms.ends_with("\n@www.shop.example #012345"));
                    if (kind.code) BOOST_TEST(has(sms.substr(0, sms.find('\n')), "012345"));
                    if (kind.code) BOOST_TEST(has(sms, values.minutes));
                }
            }
            auto far = values_for(locale);
            far.host = std::string(200, 'h') + ".example";
            const auto sms = said(kind.name, locale, far).sms;
            BOOST_TEST(text::code_points(sms) <= 160U);
            BOOST_TEST(!has(sms, "@"));
            BOOST_TEST(sms.starts_with("Muster Shop: "));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_size_of_an_sms_is_that_of_gsm_03_38_or_utf_16) {
    struct Row {
        std::string text;
        bool gsm;
        std::size_t units, parts;
    };
    const Row rows[] = {
        {"", true, 0, 1},
        {"Hello @ \u00a3 \u00e4\u00f6\u00fc\u00df\u0394\n", true, 16, 1},
        {"[\u20ac]", true, 6, 1},
        {"\u00e7", false, 1, 1},  // only the capital one is in the table
        {"\u2022", false, 1, 1},
        {"\u0645\u0631", false, 2, 1},
        {"\U0001F600", false, 2, 1},
        {std::string(160, 'a'), true, 160, 1},
        {std::string(161, 'a'), true, 161, 2},
        {std::string(306, 'a'), true, 306, 2},
        {std::string(307, 'a'), true, 307, 3},
        {std::string(69, 'a') + "\u2022", false, 70, 1},
        {std::string(70, 'a') + "\u2022", false, 71, 2},
    };
    for (const auto& row : rows) {
        const auto size = text::sms_size(row.text);
        BOOST_TEST(size.gsm == row.gsm, row.text);
        BOOST_TEST(size.units == row.units, row.text);
        BOOST_TEST(size.parts() == row.parts, row.text);
    }
}

BOOST_AUTO_TEST_CASE(a_stores_own_message_is_held_to_what_it_is_for) {
    const MessageText mail{.subject = "s", .text = "t"};
    BOOST_TEST(refusal("new_device", mail) == "taken");
    BOOST_TEST(refusal("a_name_of_their_own", {.subject = "{{code}}", .text = "{{link}}"}) == "taken");
    BOOST_TEST(refusal("new_device", {.subject = "s", .text = "t", .html = "<p>h</p>"}) == "taken");
    BOOST_TEST(refusal("new_device", {}) == "text: the message has no part");
    BOOST_TEST(refusal("new_device", {.subject = "s"}) == "text: a mail needs one");
    BOOST_TEST(refusal("new_device", {.text = "t"}) == "subject: a mail needs one");
    BOOST_TEST(refusal("new_device", {.html = "<p>h</p>"}) == "subject: a mail needs one");
    BOOST_TEST(refusal("new_device", {.sms = "s"}) == "taken");
    BOOST_TEST(refusal("new_device", {.subject = "s", .text = "{{code}}"}) == "text: only the messages that bring codes have one");
    BOOST_TEST(refusal("new_device", {.subject = "s", .text = "{{link}}"}) == "text: this message carries no link");
    BOOST_TEST(refusal("new_device", {.subject = "s", .text = "a\n{{nobody}}"}) == "text: line 2: there is no variable \"nobody\"");
    BOOST_TEST(refusal("code_sign_in", mail) == "subject: a message that brings a code must say it: {{code}}");
    BOOST_TEST(refusal("code_sign_in", {.subject = "{{code}}", .text = "t"}) == "text: a message that brings a code must say it: {{code}}");
    BOOST_TEST(refusal("code_sign_in", {.subject = "{{code}}", .text = "{{code}}", .html = "<p>h</p>"}) == "html: a message that brings a code must say it: {{code}}");
    BOOST_TEST(refusal("code_sign_in", {.sms = "{{code}}"}) == "taken");
    BOOST_TEST(refusal("code_second_step", {.subject = "{{code}}", .text = "{{code}} {{link}}"}) == "text: this message carries no link");
    BOOST_TEST(refusal("code_sign_in", {.subject = "{{code}}", .text = "{{code}} {{link}}"}) == "taken");
    BOOST_TEST(refusal("code_contact", {.subject = "{{code}}", .text = "{{code}}"}) == "taken");
    BOOST_TEST(refusal("code_contact", {.subject = "{{code}}", .text = "{{code}} {{link}}"}) == "taken");
    BOOST_TEST(refusal("code_contact", {.sms = "{{code}} {{link}}"}) == "sms: this message carries no link");
    BOOST_TEST(refusal("code_sign_in", {.sms = "hello"}) == "sms: a message that brings a code must say it: {{code}}");
    BOOST_TEST(refusal("password_reset", mail) == "text: a message that brings a link must say it: {{link}}");
    BOOST_TEST(refusal("password_reset", {.subject = "s", .text = "{{link}}"}) == "taken");
    BOOST_TEST(refusal("account_locked", mail) == "taken");
    BOOST_TEST(refusal("account_locked", {.subject = "s", .text = "{{link}}"}) == "taken");
    BOOST_TEST(refusal("layout", {.html = "<p>{{{content}}}</p>"}) == "taken");
    BOOST_TEST(refusal("layout", mail) == "html: the layout is missing");
    BOOST_TEST(refusal("layout", {.text = "t", .html = "<p>{{{content}}}</p>"}) == "html: a layout has no other part");
    BOOST_TEST(refusal("new_device", {.subject = "s", .text = "t", .html = "<p>{{{content}}}</p>"}) == "html: line 1: unescaped variables are not allowed");
}

BOOST_AUTO_TEST_CASE(a_message_without_html_has_none_and_one_without_mail_is_an_sms) {
    const auto& layout = *text::built_in_message(text::layout_name, "en");
    const auto mail = Message::parse("new_device", {.subject = "{{shop}}", .text = "t {{time}}"});
    const auto sms = Message::parse("code_sign_in", {.sms = "{{code}}\n"});
    BOOST_REQUIRE((mail && sms));
    const auto said = mail->render({.shop = "S", .time = "now"}, layout);
    BOOST_TEST((mail->mail() && !mail->html() && !mail->sms()));
    BOOST_TEST((said.subject == "S" && said.text == "t now" && said.html.empty() && said.sms.empty()));
    BOOST_TEST((!sms->mail() && sms->sms()));
    BOOST_TEST(sms->render({.code = "012345"}, layout).sms == "012345");
}

BOOST_AUTO_TEST_CASE(a_message_file_has_its_parts_behind_lines_of_their_own) {
    const auto read = text::read_message("# a remark\n\n--- subject\r\n  A subject  \n\n--- sms\n\nb\n\n--- text\nline 1\n\nline 3\n\n\n");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->subject == "  A subject");
    BOOST_TEST(read->text == "line 1\n\nline 3\n");
    BOOST_TEST(read->sms == "b\n");
    BOOST_TEST(read->html == "");
    const std::pair<std::string_view, std::string_view> wrong[] = {
        {"hello\n", "line 1: a message begins with the line \"--- subject\""},
        {"--- subject\na\n--- body\n", "line 3: the parts of a message are subject, text, html and sms"},
        {"--- text\na\n--- text\n", "line 3: this part was there before"},
    };
    for (const auto& [file, why] : wrong) {
        const auto refused = text::read_message(file);
        BOOST_REQUIRE(!refused.has_value());
        BOOST_TEST(refused.error().text == why);
    }
    for (const auto locale : text::built_in_locales()) {
        for (const auto& kind : text::message_kinds()) {
            const auto once = text::read_message(text::built_in_source(kind.name, locale));
            BOOST_REQUIRE(once.has_value());
            BOOST_TEST(text::write_message(*once) == text::built_in_source(kind.name, locale));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
