// SPDX-License-Identifier: MIT
// Templates of mails and of SMS (FC218 to FC221, docs/freshcom.md). The built-in ones are shown in the language of the call and can
// not be changed here.
#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_triggers.h"

namespace authtickets::freshcom {
namespace {

using triggers::Kind;
using triggers::Template;

Result<triggers::TemplateChanges> read(const Call& call, Kind kind) {
    const auto data = data_of(call.request, template_type(kind));
    if (!data) return refuse(data.error());
    Attributes in(*data);
    auto out = template_changes(in, kind);
    if (auto wrong = in.refused()) return refuse(std::move(*wrong));
    return out;
}

Result<Answer> list_of(App& app, const Call& call, Kind kind) {
    const auto paging = freshcom::paging(call.request.query);
    if (!paging) return refuse(paging.error());
    if (const auto none = only_filters(call.request.query, {}); !none) return refuse(none.error());
    const auto rows = app.triggers.templates(app.db, *call.realm, kind, locale_of(call));
    Json::Array items;
    for (std::size_t i = paging->offset(); i < rows.size() && items.size() < paging->size; ++i) items.push_back(template_record(rows[i]));
    return page(call, std::move(items), rows.size(), rows.size());
}

Result<Answer> one_of(App& app, const Call& call, Kind kind) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto found = app.triggers.find_template(app.db, *call.realm, kind, *id, locale_of(call));
    if (!found) return refuse(Why::unknown_item);
    return shown(call, template_record(*found));
}

Result<Answer> add_one(App& app, const Context& context, const Call& call, Kind kind) {
    const auto wanted = read(call, kind);
    if (!wanted) return refuse(wanted.error());
    return app.triggers.add_template(app.db, context, kind, *wanted)
        .map([&](const Template& made) { return shown(call, template_record(made), 201); })
        .map_error([&](Refusal refusal) { return in_wire_words(std::move(refusal), kind); });
}

Result<Answer> update_one(App& app, const Context& context, const Call& call, Kind kind) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto wanted = read(call, kind);
    if (!wanted) return refuse(wanted.error());
    return app.triggers.change_template(app.db, context, *call.realm, kind, *id, *wanted)
        .map([&](const Template& changed) { return shown(call, template_record(changed)); })
        .map_error([&](Refusal refusal) { return in_wire_words(std::move(refusal), kind); });
}

Result<Answer> remove_one(App& app, const Context& context, const Call& call, Kind kind) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    if (auto done = app.triggers.remove_template(app.db, context, *call.realm, kind, *id); !done) return refuse(done.error());
    return nothing();
}

}  // namespace

namespace email_templates {
Result<Answer> list(App& app, const Context&, const Call& call) { return list_of(app, call, Kind::email); }
Result<Answer> add(App& app, const Context& context, const Call& call) { return add_one(app, context, call, Kind::email); }
Result<Answer> get(App& app, const Context&, const Call& call) { return one_of(app, call, Kind::email); }
Result<Answer> update(App& app, const Context& context, const Call& call) { return update_one(app, context, call, Kind::email); }
Result<Answer> remove(App& app, const Context& context, const Call& call) { return remove_one(app, context, call, Kind::email); }
}  // namespace email_templates

namespace sms_templates {
Result<Answer> list(App& app, const Context&, const Call& call) { return list_of(app, call, Kind::sms); }
Result<Answer> add(App& app, const Context& context, const Call& call) { return add_one(app, context, call, Kind::sms); }
Result<Answer> get(App& app, const Context&, const Call& call) { return one_of(app, call, Kind::sms); }
Result<Answer> update(App& app, const Context& context, const Call& call) { return update_one(app, context, call, Kind::sms); }
Result<Answer> remove(App& app, const Context& context, const Call& call) { return remove_one(app, context, call, Kind::sms); }
}  // namespace sms_templates

}  // namespace authtickets::freshcom
