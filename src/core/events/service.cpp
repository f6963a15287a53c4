// SPDX-License-Identifier: MIT
// Writing and checking events. Personal details stand apart, covered by a keyed hash that names their row, so
// that they can be erased and cannot be guessed back from what is left (KL2).
#include <authtickets/core/events.h>

#include <authtickets/base/utf8.h>

#include "core/events/store.h"

namespace authtickets::events {
namespace {

crypto::Digest hash_personal(const crypto::Digest& key, const EventId& id, std::string_view personal) {
    ByteWriter bytes;
    bytes.raw(id.value.bytes);
    bytes.raw(as_bytes(personal));
    return crypto::hmac_sha256(key, bytes.bytes());
}

// What was typed may be anything; the column takes text, and names are no longer than this.
std::string recorded(std::string_view typed) {
    constexpr int longest = 320;
    std::string out;
    std::size_t at = 0;
    for (int points = 0; at < typed.size() && points < longest; ++points) {
        const auto begin = at;
        if (next_code_point(typed, at) == not_utf8) out += "\xEF\xBF\xBD";  // U+FFFD
        else out += typed.substr(begin, at - begin);
    }
    return out;
}

std::string personal_text(const Context& context, const Event& event) {
    Json out = Json::object({});
    if (!context.address.empty()) out.set("address", context.address);
    if (!context.browser.empty()) out.set("browser", context.browser);
    if (!event.user_name.empty()) out.set("userName", recorded(event.user_name));
    return out.dump();
}

template <class T>
std::optional<T> unless_empty(const T& id) {
    return id == T{} ? std::optional<T>{} : std::optional<T>{id};
}

bool at_a_page(const Context& context) { return context.door == Door::pages || context.door == Door::desk; }

// D341: at the Freshcom door whoever does something to another user is staff.
bool by_staff(const Context& context, const Event& event) {
    return context.door == Door::freshcom && !context.user.empty() && !event.user.empty() && event.user != context.user;
}

// Services that see no shopper's token take whoever calls them for an application or a command; at a page it is a person.
std::string_view actor_of(const Context& context, const Event& event) {
    const auto told = event.actor;
    if (by_staff(context, event)) return "staff";
    if (!at_a_page(context)) return told;
    if (context.acting) return context.door == Door::desk ? "operator" : "operator_as_customer";
    return told == "application" || told == "command" ? "user" : told;
}

// The details also name the staff who did it; at a page the operator, if there is one, and which pages these are.
std::string details_of(const Context& context, const Event& event) {
    Json out = event.details.is_null() ? Json::object({}) : event.details;
    if (by_staff(context, event)) out.set("by", hex(context.user.value));
    if (at_a_page(context)) {
        if (const auto& acting = context.acting) {
            out.set("operator", Json::object({{"id", hex(acting->user.value)}, {"name", recorded(acting->name)}}));
        }
        out.set("origin", context.door == Door::desk ? "desk" : "portal");
    }
    return out.dump();
}

}  // namespace

EventId Events::write(db::Session& session, const Context& context, const Event& event) {
    crypto::KeyId key_id{};
    const Time at = recorded_at(context.now, clock_.now());
    const auto key = keys_.subkey_of_signer(crypto::Purpose::event, at, key_id);
    Stored row{
        .realm = context.realm,
        .id = EventId{uuid_v7(at, rng_)},
        .name = std::string(name(event.name)),
        .outcome = event.success ? "success" : "failure",
        .reason = std::string(event.reason),
        .factor = std::string(event.factor),
        .actor = std::string(actor_of(context, event)),
        .at = at,
        .application = unless_empty(context.application),
        .user = unless_empty(event.user),
        .account = unless_empty(event.account),
        .ticket = unless_empty(event.ticket),
        .request_id = context.request_id,
        .details = details_of(context, event),
        .personal = personal_text(context, event),
        .personal_hash = {},
        .key_id = key_id,
        .mac = {},
    };
    if (context.acting) row.operator_id = context.acting->user;
    const auto hash = hash_personal(key, row.id, *row.personal);
    row.personal_hash.assign(hash.begin(), hash.end());
    const auto mac = crypto::hmac_sha256(key, sealed_form(row));
    row.mac.assign(mac.begin(), mac.end());
    store::insert(session, row);
    return row.id;
}

void Events::erase_user(db::Tx& tx, const Context& context, const UserId& user) {
    store::insert_erasure(tx, context, uuid_v7(context.now, rng_), {}, user);
}

void Events::erase_account(db::Tx& tx, const Context& context, AccountNo account) {
    store::insert_erasure(tx, context, uuid_v7(context.now, rng_), account, {});
}

std::vector<Stored> Events::of_user(db::Session& session, RealmNo realm, const UserId& user, unsigned most) {
    return store::of_user(session, realm, user, most);
}

Export Events::exported(db::Session& session, RealmNo realm, std::string_view realm_name, const Query& query, Form form) {
    Query next = query;
    next.before = next.after = std::nullopt;
    next.limit = most_browsed;
    Export out;
    if (form == Form::csv) out.text = csv_head();
    for (;;) {
        const auto page = browse(session, realm, next);
        for (const auto& event : page.items) {
            if (out.rows == most_exported) break;
            out.text.append(form == Form::csv ? as_csv(event, realm_name, verify(event)) : as_json(event, realm_name, verify(event)).dump() + "\n");
            ++out.rows;
        }
        out.cut = page.searched_to.has_value() || (page.older && out.rows == most_exported);
        if (!page.older || page.items.empty() || out.cut) return out;
        next.before = page.items.back().id;
    }
}

bool Events::verify(const Stored& event) {
    const auto key = keys_.subkey(crypto::Purpose::event, event.key_id);
    if (!key) return false;
    if (event.personal && !crypto::equal(hash_personal(*key, event.id, *event.personal), event.personal_hash)) return false;
    return crypto::equal(crypto::hmac_sha256(*key, sealed_form(event)), event.mac);
}

}  // namespace authtickets::events
