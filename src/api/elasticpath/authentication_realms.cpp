// SPDX-License-Identifier: MIT
// Authentication realms: the one that account members sign in to, which is the caller's own (EP70 to EP72, docs/elasticpath.md).
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::authentication_realms {
namespace {

constexpr std::string_view path = "/v2/authentication-realms";
constexpr std::string_view policy = "allowed";  // two members may have one e-mail address; names of logins are what is unique

std::string self(const realms::Realm& realm) { return std::string(path) + "/" + dashed(realm.id); }

Json record(const realms::Realm& realm) {
    const auto& name = realm.settings.members_realm;
    return Json::object({{"id", dashed(realm.id)},
                         {"type", "authentication-realm"},
                         {"name", name.empty() ? realm.name : name},
                         {"duplicate_email_policy", policy},
                         {"redirect_uris", Json::array()},
                         {"relationships", Json::object({{"origin", reference(realm.id, "account_authentication_settings")}})},
                         {"meta", times(realm.created_at, realm.updated_at)},
                         {"links", Json::object({{"self", self(realm)}})}});
}

}  // namespace

Result<Answer> list(App& app, const Context& context, const Call& call) {
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    Json::Array items;
    if (paging->offset == 0) items.push_back(record(*app.realms.newest(app.db, context.now, call.realm->no)));
    return Answer{200, page(call.request, *paging, 1, std::move(items))};
}

Result<Answer> get(App& app, const Context& context, const Call& call) {
    if (const auto own = own_realm(call); !own) return refuse(own.error());
    const auto realm = app.realms.newest(app.db, context.now, call.realm->no);
    return Answer{200, resource(record(*realm), self(*realm))};
}

// The name can be changed. The other two are about single sign-on, which is no part of this program: they may be sent as they
// stand, and nothing else is promised (EP261).
Result<Answer> update(App& app, const Context& context, const Call& call) {
    if (const auto own = own_realm(call); !own) return refuse(own.error());
    const auto data = data_of(call.request, {"authentication-realm", "authentication_realm"});
    if (!data) return refuse(data.error());
    Members in(*data);
    auto name = in.text("name");
    const auto duplicates = in.text("duplicate_email_policy");
    const auto* const addresses = in.list("redirect_uris");
    if (in.refused()) return refuse(*in.refused());
    if (duplicates && *duplicates != policy) return refuse(Why::bad_parameter, "duplicate_email_policy", "must be allowed");
    if (addresses && !addresses->empty()) return refuse(Why::bad_parameter, "redirect_uris", "must be empty: there is no single sign-on");
    if (name && name->empty()) return refuse(Why::bad_parameter, "name", "must not be empty");
    const auto realm = app.realms.set_all(app.db, context, call.realm->no, [&](const realms::Settings&) -> Result<realms::Changes> {
        realms::Changes out;
        if (name) out.emplace_back("members.realm_name", *name);
        return out;
    });
    if (!realm) {
        auto refusal = realm.error();
        refusal.field = "name";
        return refuse(std::move(refusal));
    }
    return Answer{200, resource(record(**realm), self(**realm))};
}

}  // namespace authtickets::elasticpath::authentication_realms
