// The key file and the ring of subkeys (KL1, docs/security.md).
// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <support/fake_rng.h>
#include <support/keys.h>

using namespace authtickets;
using namespace std::literals;
using crypto::KeyFile;
using crypto::Purpose;
using test::file_key;
using test::Keys;

namespace {

constexpr std::string_view good_line =
    "key 7 2026-01-01T00:00:00.000Z 2026-01-01T01:00:00.000Z AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

std::string error_of(std::string_view text) {
    std::string error = "taken";
    (void)KeyFile::parse(text, error);
    return error;
}

std::string unavailable(const std::string& path) {
    test::FakeClock clock;
    try {
        (void)crypto::Keyring(path, clock).signing(clock.now());
    } catch (const Unavailable& fault) {
        return fault.what();
    }
    return "taken";
}

const crypto::FileKey old_key = file_key(1, 1, "2026-01-01T00:00:00Z"),
                      new_key = file_key(2, 100, "2026-01-15T11:20:30.120Z");

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_keyring)

BOOST_AUTO_TEST_CASE(a_key_file_is_read_and_written) {
    std::string error;
    const auto file = KeyFile::parse("# keys\n\n  " + std::string(good_line) + " \r\n", error);
    BOOST_REQUIRE(file);
    BOOST_REQUIRE(file->keys.size() == 1u);
    BOOST_TEST(file->keys[0].id == 7u);
    BOOST_TEST(iso8601(file->keys[0].created_at) == "2026-01-01T00:00:00.000Z");
    BOOST_TEST(iso8601(file->keys[0].signs_from) == "2026-01-01T01:00:00.000Z");
    BOOST_TEST(hex(file->keys[0].bytes)
               == "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
    BOOST_TEST(file->text().ends_with("\n" + std::string(good_line) + "\n"));
    const auto again = KeyFile::parse(file->text(), error);
    BOOST_REQUIRE(again);
    BOOST_TEST(again->text() == file->text());
}

BOOST_AUTO_TEST_CASE(broken_key_lines_are_refused_by_number) {
    const std::string bytes = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                      time = "2026-01-01T00:00:00.000Z";
    for (const std::string& line :
         {"key"s, "key 7"s, "key 7 " + time, "key 7 " + time + " " + time, "key 7 " + time + " " + bytes,
          "KEY 7 " + time + " " + time + " " + bytes, "key 0 " + time + " " + time + " " + bytes,
          "key -1 " + time + " " + time + " " + bytes, "key 4294967296 " + time + " " + time + " " + bytes,
          "key 7x " + time + " " + time + " " + bytes, "key 7 " + time + " tomorrow " + bytes,
          "key 7 " + time + " " + time + " " + bytes + " more", "key 7 " + time + " " + time + " AQID",
          "key 7 " + time + " " + time + " " + bytes.substr(0, 43),
          "key 7 " + time + " " + time + " " + bytes.substr(0, 42) + "B=",
          "key 7 " + time + " " + time + " " + bytes + bytes, "7 " + time + " " + time + " " + bytes, "\xFF"s,
          "\0"s}) {
        BOOST_TEST(error_of("# x\n" + line) == "line 2 is no key line", line);
    }
    BOOST_TEST(error_of(std::string(good_line) + "\n" + std::string(good_line))
               == "line 2 has an id that was given before");
    BOOST_TEST(error_of("") == "there is no key in it");
    BOOST_TEST(error_of("# nothing\n\n") == "there is no key in it");
}

RC_BOOST_PROP(no_text_does_more_than_be_refused, (const std::string& text)) { (void)error_of(text); }

BOOST_AUTO_TEST_CASE(the_newest_key_whose_time_has_come_signs) {
    KeyFile file{{file_key(1, 1, "2026-01-01T00:00:00Z"), file_key(2, 2, "2026-02-01T00:00:00Z"),
                  file_key(3, 3, "2026-03-01T00:00:00Z"), file_key(4, 4, "2026-02-01T00:00:00Z")}};
    const std::pair<const char*, unsigned> rows[] = {
        {"2025-12-31T23:59:59.999Z", 0}, {"2026-01-01T00:00:00Z", 1},
        {"2026-01-31T23:59:59.999Z", 1}, {"2026-02-01T00:00:00Z", 4},  // of two with one time the later id
        {"2026-03-01T00:00:00Z", 3},     {"2030-01-01T00:00:00Z", 3}};
    for (const auto& [now, id] : rows) {
        const auto* key = file.signer(*parse_iso8601(now));
        BOOST_TEST((key ? key->id : 0) == id, now);
    }
    BOOST_TEST(file.find(3)->id == 3u);
    BOOST_TEST(!file.find(5));
}

BOOST_AUTO_TEST_CASE(every_purpose_and_every_key_has_a_subkey_of_its_own) {
    Keys keys({old_key, new_key});
    std::set<std::string> seen{hex(old_key.bytes), hex(new_key.bytes)};
    for (int purpose = 0; purpose < crypto::purpose_count; ++purpose) {
        for (const crypto::KeyId id : {1u, 2u}) {
            const auto subkey = keys.ring.subkey(static_cast<Purpose>(purpose), id);
            BOOST_REQUIRE(subkey);
            BOOST_TEST(seen.insert(hex(*subkey)).second);
        }
    }
    BOOST_TEST((keys.ring.subkey(Purpose::jwt, 1)
                == crypto::hkdf_sha256(old_key.bytes, {}, as_bytes("authtickets jwt"))));
    BOOST_TEST(!keys.ring.subkey(Purpose::token, 3));
    BOOST_TEST(!keys.ring.subkey(Purpose::token, 0));
}

// KL1: a new key is check-only until its time has come.
BOOST_AUTO_TEST_CASE(a_new_key_checks_at_once_and_signs_from_its_time_on) {
    Keys keys({old_key, new_key});
    BOOST_TEST(keys.ring.signing(keys.clock.now()) == 1u);
    BOOST_TEST(keys.ring.subkey(Purpose::token, 2).has_value());
    keys.clock.advance(1h - 1ms);
    BOOST_TEST(keys.ring.signing(keys.clock.now()) == 1u);
    keys.clock.advance(1ms);
    crypto::KeyId id = 0;
    const auto subkey = keys.ring.subkey_of_signer(Purpose::event, keys.clock.now(), id);
    BOOST_TEST(id == 2u);
    BOOST_TEST((keys.ring.subkey(Purpose::event, 2) == subkey));
}

BOOST_AUTO_TEST_CASE(without_a_key_that_signs_the_ring_is_unavailable) {
    Keys keys({new_key});
    crypto::KeyId id = 0;
    BOOST_CHECK_THROW((void)keys.ring.signing(keys.clock.now()), Unavailable);
    BOOST_CHECK_THROW((void)keys.ring.subkey_of_signer(Purpose::token, keys.clock.now(), id), Unavailable);
}

BOOST_AUTO_TEST_CASE(a_changed_file_is_seen_within_a_second) {
    Keys keys({old_key});
    keys.write({old_key, file_key(2, 100, "2026-01-02T00:00:00Z")});
    keys.clock.advance(999ms);
    BOOST_TEST(keys.ring.signing(keys.clock.now()) == 1u);
    keys.clock.advance(1ms);
    BOOST_TEST(keys.ring.signing(keys.clock.now()) == 2u);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_does_not_stop_the_looking) {
    Keys keys({old_key});
    keys.write({old_key, file_key(2, 100, "2026-01-02T00:00:00Z")});
    keys.clock.advance(-24h);
    BOOST_TEST(keys.ring.signing(keys.clock.now()) == 2u);
}

// KL1: workers read the file again when they meet an unknown id; forged ones cannot make them read all the
// time.
BOOST_AUTO_TEST_CASE(an_unknown_id_makes_the_file_be_read_at_once_and_at_most_once_a_second) {
    Keys keys({old_key});
    keys.write({old_key, new_key});
    BOOST_TEST(keys.ring.subkey(Purpose::token, 2).has_value());
    keys.write({old_key, new_key, file_key(3, 50, "2026-01-02T00:00:00Z")});
    BOOST_TEST(!keys.ring.subkey(Purpose::token, 3));  // the second was spent on id 2
    keys.clock.advance(1s);
    BOOST_TEST(keys.ring.subkey(Purpose::token, 3).has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_breaks_later_leaves_the_keys_and_is_tried_again) {
    Keys keys({old_key});
    for (const auto& breakage :
         {std::function<void()>([&] { std::filesystem::remove(keys.file); }),
          std::function<void()>([&] { keys.folder.write("keys", "garbage\n"); }),
          std::function<void()>([&] { keys.folder.write("keys", ""); }),
          std::function<void()>([&] { keys.folder.write("keys", KeyFile{{new_key}}.text(), 0644); })}) {
        breakage();
        for (int i = 0; i < 3; ++i) {
            keys.clock.advance(1s);
            BOOST_TEST(keys.ring.signing(keys.clock.now()) == 1u);
            BOOST_TEST(!keys.ring.subkey(Purpose::token, 2));
        }
    }
    keys.write({old_key, new_key});
    keys.clock.advance(1s);
    BOOST_TEST(keys.ring.subkey(Purpose::token, 2).has_value());
}

// The process starts without its key file and comes round by itself.
BOOST_AUTO_TEST_CASE(a_file_that_comes_later_is_found_within_a_second) {
    test::FakeClock clock;
    test::Folder folder;
    crypto::Keyring ring(folder.path("keys"), clock);
    BOOST_CHECK_THROW((void)ring.signing(clock.now()), Unavailable);
    BOOST_CHECK_THROW((void)ring.subkey(Purpose::token, 1), Unavailable);
    crypto::write_key_file(folder.path("keys"), {{old_key}});
    BOOST_CHECK_THROW((void)ring.signing(clock.now()), Unavailable);
    clock.advance(1s);
    BOOST_TEST(ring.signing(clock.now()) == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_trusted_is_unavailable_and_the_message_says_why) {
    const test::Folder folder;
    const auto text = KeyFile{{old_key}}.text();
    BOOST_TEST(unavailable(folder.write("good", text, 0600)) == "taken");
    BOOST_TEST(unavailable(folder.write("readonly", text, 0400)) == "taken");
    const std::tuple<std::string, std::string> rows[] = {
        {folder.path("none"), "No such file or directory"},
        {folder.path(""), "not a regular file"},
        {folder.write("group", text, 0640), "open to others; its mode must be 0600 or 0400"},
        {folder.write("others", text, 0604), "open to others; its mode must be 0600 or 0400"},
        {folder.write("broken", text + "key\n", 0600), "line 3 is no key line"},
        {folder.write("empty", "", 0600), "there is no key in it"},
        {folder.write("big", std::string(70000, '\n'), 0600), "larger than a key file can be"},
    };
    for (const auto& [path, why] : rows) BOOST_TEST(unavailable(path) == "key file " + path + ": " + why);
    const auto pipe = folder.path("pipe");
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    BOOST_TEST(unavailable(pipe) == "key file " + pipe + ": not a regular file");
}

BOOST_AUTO_TEST_CASE(writing_replaces_the_file_with_mode_0600_and_leaves_no_draft) {
    const test::Folder folder;
    const auto path = folder.write("keys", "old", 0400);
    crypto::write_key_file(path, {{old_key, new_key}});
    struct stat found {};
    BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 07777) == 0600u);
    BOOST_TEST(crypto::read_key_file(path).text() == (KeyFile{{old_key, new_key}}.text()));
    BOOST_TEST(std::ranges::distance(std::filesystem::directory_iterator(folder.path(""))) == 1);
    BOOST_CHECK_THROW(crypto::write_key_file(folder.path("none/keys"), {{old_key}}), Fault);
}

BOOST_AUTO_TEST_CASE(threads_share_the_ring_while_the_file_changes) {
    Keys keys({old_key});
    std::vector<std::jthread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                if (!keys.ring.subkey(Purpose::token, 1)) ++wrong;
                (void)keys.ring.subkey(Purpose::token, 9);
            }
        });
    }
    for (int i = 0; i < 50; ++i) {
        if (i % 2)
            keys.write({old_key});
        else
            keys.write({old_key, new_key});
        keys.clock.advance(1s);
    }
    threads.clear();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
