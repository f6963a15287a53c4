// SPDX-License-Identifier: MIT
// SQL of core/triggers: the templates. The triggers are rows of core/subscriptions.
#include "core/triggers/store.h"

#include "core/query_lists.h"

namespace authtickets::triggers {
namespace {

#define TEMPLATE_COLUMNS                                                                                                  \
    "SELECT template_id, kind, name, description, recipient, reply_to, subject, text_part, html_part, created_at, updated_at " \
    "FROM trigger_templates "
constexpr db::Query select_all{"triggers.templates", TEMPLATE_COLUMNS "WHERE realm_no = ?"};
constexpr db::Query select_kind{"triggers.templates_of_kind",
    TEMPLATE_COLUMNS "WHERE realm_no = ? AND kind = ? ORDER BY created_at DESC, template_id DESC"};
constexpr db::Query select_one{"triggers.template", TEMPLATE_COLUMNS "WHERE realm_no = ? AND template_id = ?"};
constexpr db::Query lock_one{"triggers.lock_template", TEMPLATE_COLUMNS "WHERE realm_no = ? AND template_id = ? FOR UPDATE"};
constexpr db::Query count_kind{"triggers.count_templates", "SELECT COUNT(*) FROM trigger_templates WHERE realm_no = ? AND kind = ? FOR UPDATE"};
constexpr db::Query insert_template{"triggers.add_template",
    "INSERT INTO trigger_templates (realm_no, template_id, kind, name, description, recipient, reply_to, subject, text_part, html_part, "
    "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query update_template{"triggers.change_template",
    "UPDATE trigger_templates SET name = ?, description = ?, recipient = ?, reply_to = ?, subject = ?, text_part = ?, html_part = ?, "
    "updated_at = ? WHERE realm_no = ? AND template_id = ?"};
constexpr db::Query delete_template{"triggers.remove_template", "DELETE FROM trigger_templates WHERE realm_no = ? AND template_id = ?"};

Template read(db::Row& row) {
    Template out;
    row.into(out.id);
    row.into(out.kind);
    row.into(out.name);
    row.into(out.description);
    row.into(out.to);
    row.into(out.reply_to);
    row.into(out.subject);
    row.into(out.text);
    row.into(out.html);
    row.into(out.created_at);
    row.into(out.updated_at);
    return out;
}

}  // namespace

namespace store {

std::vector<Template> list(db::Session& session, RealmNo realm) { return session.all(select_all, read, realm); }

std::vector<Template> list(db::Session& session, RealmNo realm, Kind kind) { return session.all(select_kind, read, realm, kind); }

std::optional<Template> find(db::Session& session, RealmNo realm, const Uuid& id) { return session.one(select_one, read, realm, id); }

std::optional<Template> lock(db::Tx& tx, RealmNo realm, const Uuid& id) { return tx.one(lock_one, read, realm, id); }

std::uint64_t count_locked(db::Tx& tx, RealmNo realm, Kind kind) {
    return tx.one(count_kind, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, kind).value_or(0);
}

void insert(db::Tx& tx, RealmNo realm, const Template& made) {
    tx.run(insert_template, realm, made.id, made.kind, made.name, made.description, made.to, made.reply_to, made.subject, made.text, made.html,
           made.created_at, made.updated_at);
}

void change(db::Tx& tx, RealmNo realm, const Template& changed) {
    tx.run(update_template, changed.name, changed.description, changed.to, changed.reply_to, changed.subject, changed.text, changed.html,
           changed.updated_at, realm, changed.id);
}

bool remove(db::Tx& tx, RealmNo realm, const Uuid& id) { return tx.run(delete_template, realm, id) == 1; }

}  // namespace store

std::optional<Template> own_template(db::Session& session, RealmNo realm, const Uuid& id) { return store::find(session, realm, id); }

std::vector<Template> own_templates(db::Session& session, RealmNo realm) { return store::list(session, realm); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_all, &select_kind, &select_one, &lock_one, &count_kind, &insert_template, &update_template, &delete_template});
}

}  // namespace authtickets::triggers
