// SPDX-License-Identifier: MIT
// The languages of the pages (docs/pages.md): complete, alike, and chosen as the reader prefers.
#include <set>

#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/core/events.h>

#include "pages/files.h"
#include "pages/words.h"

namespace authtickets::pages {

namespace {

std::multiset<std::string> braces(std::string_view text) {
    std::multiset<std::string> out;
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        out.emplace(text.substr(open, text.find('}', open) - open + 1));
    }
    return out;
}

std::string_view chosen(std::string_view asked, std::string_view accept, std::string_view shop) {
    return choose(asked, accept, shop).language();
}

const Words& english() { return choose("en", {}, {}); }

// The keys of the messages, docs/pages.md.
constexpr std::string_view messages[] = {
    "m.signin_refused", "m.code_wrong", "m.code_used", "m.check_clock", "m.code_short", "m.code_long", "m.code_chars",
    "m.code_expired", "m.code_spent", "m.code_newer_sent", "m.code_sent", "m.sent_if_known", "m.recovery_wrong",
    "m.start_again", "m.wait", "m.used_recovery", "m.codes_low", "m.codes_none", "m.codes_unconfirmed", "m.2fa_on",
    "m.2fa_off", "m.2fa_ended_by_shop", "m.setup_expired", "m.password_wrong", "m.password_saved", "m.link_dead",
    "m.pw_short", "m.pw_letter_digit", "m.pw_common", "m.pw_context", "m.pw_breached", "m.as_customer", "d.2fa_disabled",
    "d.2fa_already_off"};

}  // namespace

BOOST_AUTO_TEST_SUITE(pages_words)

BOOST_AUTO_TEST_CASE(UI22_every_language_has_every_key_with_the_same_braces) {
    BOOST_REQUIRE(languages().size() == 3U);
    for (const auto* words : languages()) {
        BOOST_TEST_CONTEXT(words->language()) {
            for (const auto& [key, text] : english().all()) {
                BOOST_TEST_CONTEXT(key) {
                    BOOST_REQUIRE(words->all().contains(key));
                    BOOST_TEST((braces(words->at(key)) == braces(text)));
                    BOOST_TEST(is_utf8(words->at(key)));
                }
            }
            BOOST_TEST(words->all().size() == english().all().size());
            for (const auto key : messages) BOOST_TEST(words->all().contains(key), key);
        }
    }
}

BOOST_AUTO_TEST_CASE(UI22_languages_differ_and_know_their_direction) {
    BOOST_TEST(choose("ar", {}, {}).direction() == "rtl");
    BOOST_TEST(choose("de", {}, {}).direction() == "ltr");
    for (const auto key : messages) {
        BOOST_TEST(choose("de", {}, {}).at(key) != english().at(key), key);
        BOOST_TEST(choose("ar", {}, {}).at(key) != english().at(key), key);
    }
}

BOOST_AUTO_TEST_CASE(M13_every_event_group_and_kind_of_actor_has_plain_words) {
    for (const auto event : events::all_names()) BOOST_TEST(english().all().contains("e." + std::string(events::name(event))), events::name(event));
    for (int i = 0; i <= static_cast<int>(events::Group::system); ++i) {
        BOOST_TEST(english().all().contains("e.group." + std::string(events::name(static_cast<events::Group>(i)))), i);
    }
    for (const auto* const actor : {"customer", "staff", "operator", "operator_as_customer", "application", "system"}) {
        BOOST_TEST(english().all().contains(std::string("e.actor.") + actor), actor);
    }
    for (const auto& [key, text] : english().all()) {
        const auto name = key.starts_with("e.") ? key.substr(2) : std::string{};
        if (!name.ends_with(".not")) continue;
        BOOST_TEST(events::named(name.substr(0, name.size() - 4)).has_value(), key);
    }
}

// A key that is not there is a 500: so whatever the templates and handlers ask for must be.
BOOST_AUTO_TEST_CASE(every_key_that_a_template_names_is_there) {
    std::size_t seen = 0;
    for (const auto& file : files) {
        for (auto open = file.text.find("{{"); open != file.text.npos; open = file.text.find("{{", open + 2)) {
            auto name = file.text.substr(open + 2, file.text.find("}}", open) - open - 2);
            if (name.find('.') == name.npos || name == "." || name.starts_with('!')) continue;
            ++seen;
            BOOST_TEST(english().all().contains(name), file.name << ": " << name);
        }
    }
    BOOST_TEST(seen > 5U);
}

BOOST_AUTO_TEST_CASE(the_reader_is_asked_before_the_shop) {
    struct Row {
        std::string_view asked, accept, shop, language;
    };
    const Row rows[] = {
        {"", "", "", "en"},
        {"", "", "de-DE", "de"},
        {"", "", "fr-FR", "en"},
        {"", "", "de_AT.UTF-8", "de"},
        {"", "de", "en-US", "de"},
        {"", "DE-at", "en-US", "de"},
        {"", "fr-FR,fr;q=0.9,de;q=0.8,en;q=0.7", "en-US", "de"},
        {"", "en;q=0.7,ar;q=0.9", "de-DE", "ar"},
        {"", "ar;q=0,de;q=0.1", "en-US", "de"},
        {"", "ar;q=0", "en-US", "en"},
        {"", "fr, *;q=0.5", "de-DE", "de"},
        {"", "*", "de-DE", "de"},
        {"", "de;q=0.5, en;q=0.5", "ar", "de"},
        {"", "de; q=0.3 , ar ; q=0.301", "en", "ar"},
        {"", "de;q=1.000,ar", "en", "de"},
        {"", ",,;;,=,de", "en", "de"},
        {"", "de;q=x,ar;q=0.2", "en", "ar"},
        {"", "de;q=-1,ar;q=0.2", "en", "ar"},
        {"", "deutsch", "en", "en"},
        {"ar", "de", "en", "ar"},
        {"ar-EG", "de", "en", "ar"},
        {"xx", "de", "en", "de"},
        {"../de", "", "en", "en"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.asked << " | " << row.accept << " | " << row.shop) {
            BOOST_TEST(chosen(row.asked, row.accept, row.shop) == row.language);
        }
    }
}

BOOST_AUTO_TEST_CASE(braces_are_filled_once) {
    const Words words("lang = en\ndir = ltr\n# a comment\n\n  a.b  =  {x} and {y}, {x} = {z} {open\n");
    BOOST_TEST(words.at("a.b") == "{x} and {y}, {x} = {z} {open");
    BOOST_TEST(words.say("a.b", {{"x", "{y}"}, {"y", "2"}}) == "{y} and 2, {y} = {z} {open");
    BOOST_CHECK_THROW(words.at("a.c"), Fault);
    BOOST_CHECK_THROW(Words("a"), Fault);
    BOOST_CHECK_THROW(Words("a ="), Fault);
    BOOST_CHECK_THROW(Words("= a"), Fault);
    BOOST_CHECK_THROW(Words("a = 1\na = 2"), Fault);
}

BOOST_AUTO_TEST_CASE(a_wait_is_rounded_up) {
    const std::pair<int, std::string_view> rows[] = {{-1, "1 s"}, {0, "1 s"}, {1, "1 s"}, {59, "59 s"}, {60, "1 min"}, {61, "2 min"},
                                                     {7199, "120 min"}, {7200, "2 h"}, {7201, "3 h"}, {86400, "24 h"}};
    for (const auto& [seconds, text] : rows) BOOST_TEST(english().duration(Seconds(seconds)) == text, seconds);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::pages
