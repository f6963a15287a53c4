// SPDX-License-Identifier: MIT
// Cookies, tokens of forms and ways back: from text and to text. Pure.
#include "pages/session.h"

#include <algorithm>
#include <charconv>

#include <authtickets/crypto/hmac.h>

namespace authtickets::pages {

namespace {

constexpr std::string_view host_prefix = "__Host-";

std::string full_name(std::string_view name, bool secure) { return (secure ? std::string(host_prefix) : std::string()).append(name); }

crypto::Digest token_of(const crypto::Digest& key, const tickets::Ticket& ticket) {
    ByteWriter bytes;
    bytes.number(ticket.realm.value);
    bytes.raw(ticket.id.value.bytes);
    return crypto::hmac_sha256(key, bytes.bytes());
}

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("/-._~?&=%+,:@").find(c) != std::string_view::npos;
}

// A path of this host, and nothing that a browser reads as another host, nor what stands between us and it: "/.//evil.example"
// is "//evil.example" to whoever tidies the path up.
bool is_path(std::string_view text) {
    const auto path = text.substr(0, text.find('?'));
    return text.starts_with('/') && path.find("//") == path.npos && std::ranges::all_of(text, plain);
}

// Of our own pages, from the folder of all: small letters, and a query.
bool is_page(std::string_view text) {
    const auto mark = std::min(text.find('?'), text.size());
    const auto path = text.substr(0, mark);
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/'; };
    return !path.empty() && path.front() != '/' && path.find("//") == path.npos && std::ranges::all_of(path, letter) &&
           std::ranges::all_of(text.substr(mark), plain);
}

}  // namespace

Side side_of(std::string_view path) { return path == "/desk" || path.starts_with("/desk/") ? Side::desk : Side::account; }

std::string_view prefix(Side side) { return side == Side::desk ? "/desk" : "/account"; }

Door door(Side side) { return side == Side::desk ? Door::desk : Door::pages; }

std::string_view session_cookie(Side side) { return side == Side::desk ? "authtickets-desk" : "authtickets"; }

bool secure(const realms::Realm& realm) { return !realm.address.starts_with("http://"); }

std::optional<std::string> cookie(const http::Request& request, std::string_view name, bool secure) {
    const auto wanted = full_name(name, secure);
    const auto sent = request.header("cookie").value_or("");
    std::optional<std::string> found;
    for (std::string_view rest = sent; !rest.empty();) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals == pair.npos || pair.substr(0, equals) != wanted) continue;
        if (found) return std::nullopt;
        found = pair.substr(equals + 1);
    }
    return found && !found->empty() ? found : std::nullopt;
}

void set_session(http::Response& response, Side side, const realms::Realm& realm, const tickets::Issued& issued, Time now) {
    const auto life = std::chrono::ceil<Seconds>(issued.ticket.lifetimes.ends_at - now);
    response.header("Set-Cookie", http::set_cookie({.name = session_cookie(side), .value = issued.cookie.reveal(),
                                                    .life = std::max(life, Seconds(0)), .secure = secure(realm)}));
}

void clear_session(http::Response& response, Side side, const realms::Realm& realm) {
    response.header("Set-Cookie", http::set_cookie({.name = session_cookie(side), .value = "", .life = Seconds(0), .secure = secure(realm)}));
}

void set_device(http::Response& response, const realms::Realm& realm, const Secret& token) {
    response.header("Set-Cookie", http::set_cookie({.name = device_cookie, .value = token.reveal(),
                                                    .life = realm.settings.device_life, .secure = secure(realm)}));
}

std::string form_token(crypto::Keyring& keys, Time now, const tickets::Ticket& ticket) {
    crypto::KeyId id{};
    const auto key = keys.subkey_of_signer(crypto::Purpose::form, now, id);
    return std::to_string(id) + '.' + hex(token_of(key, ticket));
}

bool is_form_token(crypto::Keyring& keys, const tickets::Ticket& ticket, std::string_view sent) {
    const auto dot = std::min(sent.find('.'), sent.size());
    crypto::KeyId id{};
    const auto [end, error] = std::from_chars(sent.data(), sent.data() + dot, id);
    if (error != std::errc() || end != sent.data() + dot || dot == sent.size()) return false;
    const auto key = keys.subkey(crypto::Purpose::form, id);
    return key && crypto::equal(as_bytes(hex(token_of(*key, ticket))), as_bytes(sent.substr(dot + 1)));
}

std::string way_back(std::string_view asked, const realms::Realm& realm) {
    constexpr std::size_t longest = 2000;  // of 300 bytes of an address, escaped twice (AZ66), and a demand beside it
    if (asked.empty() || asked.size() > longest) return {};
    if (is_path(asked) || is_page(asked)) return std::string(asked);
    std::string_view home = realm.address;
    while (home.ends_with('/')) home.remove_suffix(1);
    if (home.empty() || !asked.starts_with(home)) return {};
    const auto rest = asked.substr(home.size());
    return rest.empty() || is_path(rest) ? std::string(asked) : std::string();
}

}  // namespace authtickets::pages
