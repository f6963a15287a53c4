// SPDX-License-Identifier: MIT
// SQL of core/templates.
#include "core/templates/store.h"

#include "core/query_lists.h"

namespace authtickets::templates {
namespace {

#define TEMPLATE_COLUMNS "SELECT name, locale, subject, text_part, html_part, sms_part, updated_at FROM templates "
constexpr db::Query select_list{"templates.list", TEMPLATE_COLUMNS "WHERE realm_no = ? ORDER BY name, locale"};
constexpr db::Query select_one{"templates.find", TEMPLATE_COLUMNS "WHERE realm_no = ? AND name = ? AND locale = ?"};
constexpr db::Query select_parts{"templates.parts_of", TEMPLATE_COLUMNS "WHERE realm_no = ? AND name IN (?, ?)"};
constexpr db::Query select_exists{"templates.exists", "SELECT EXISTS(SELECT 1 FROM templates WHERE realm_no = ? AND name = ?)"};
constexpr db::Query put_template{"templates.put",
    "INSERT INTO templates (realm_no, name, locale, subject, text_part, html_part, sms_part, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE subject = VALUES(subject), text_part = VALUES(text_part), html_part = VALUES(html_part), "
    "sms_part = VALUES(sms_part), updated_at = VALUES(updated_at)"};
constexpr db::Query delete_one{"templates.remove", "DELETE FROM templates WHERE realm_no = ? AND name = ? AND locale = ?"};

Stored read(db::Row& row) {
    Stored out;
    row.into(out.name);
    row.into(out.locale);
    row.into(out.parts.subject);
    row.into(out.parts.text);
    row.into(out.parts.html);
    row.into(out.parts.sms);
    row.into(out.updated_at);
    return out;
}

}  // namespace

namespace store {

std::vector<Stored> list(db::Session& session, RealmNo realm) { return session.all(select_list, read, realm); }

std::optional<Stored> find(db::Session& session, RealmNo realm, std::string_view name, std::string_view locale) {
    return session.one(select_one, read, realm, name, locale);
}

std::vector<Stored> parts_of(db::Session& session, RealmNo realm, std::string_view name) {
    return session.all(select_parts, read, realm, name, text::layout_name);
}

bool exists(db::Session& session, RealmNo realm, std::string_view name) {
    return session.one(select_exists, [](db::Row& row) { return row.next<bool>(); }, realm, name).value_or(false);
}

void put(db::Tx& tx, const Context& context, const Stored& stored) {
    tx.run(put_template, context.realm, stored.name, stored.locale, stored.parts.subject, stored.parts.text, stored.parts.html,
           stored.parts.sms, context.now);
}

bool remove(db::Tx& tx, RealmNo realm, std::string_view name, std::string_view locale) {
    return tx.run(delete_one, realm, name, locale) == 1;
}

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_list, &select_one, &select_parts, &select_exists, &put_template, &delete_one});
}

}  // namespace authtickets::templates
