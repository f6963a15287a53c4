// SPDX-License-Identifier: MIT
// The settings of account members (EP60 to EP67, docs/elasticpath.md): the realm's own, in this door's spelling.
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::account_settings {
namespace {

constexpr std::string_view path = "/v2/settings/account-authentication";
constexpr std::string_view timeout = "account_management_authentication_token_timeout_secs";

Json settings(const realms::Realm& realm) {
    const auto id = dashed(realm.id);
    Json origin = Json::object({{"id", id},
                                {"type", "authentication_realm"},
                                {"links", Json::object({{"self", "/v2/authentication-realms/" + id}})}});
    return resource(Json::object({{"id", id},
                                  {"type", "account_authentication_settings"},
                                  {"enable_self_signup", realm.settings.self_signup},
                                  {"auto_create_account_for_account_members", realm.settings.auto_account},
                                  {"account_member_self_management", realms::name(realm.settings.self_management)},
                                  {std::string(timeout), std::int64_t{realm.settings.account_life.count()}},
                                  {"relationships", Json::object({{"authentication_realm", Json::object({{"data", std::move(origin)}})}})},
                                  {"meta", Json::object({{"client_id", "account-management"}})}}),
                    std::string(path));
}

Result<realms::Changes> changes(const Json& data) {
    Members in(data);
    realms::Changes out;
    const auto flag = [&](std::string_view member, std::string_view setting) {
        if (const auto on = in.boolean(member)) out.emplace_back(setting, *on ? "on" : "off");
    };
    flag("enable_self_signup", "members.self_signup");
    flag("auto_create_account_for_account_members", "members.auto_account");
    if (auto management = in.text("account_member_self_management")) out.emplace_back("members.self_management", std::move(*management));
    if (const auto life = in.integer(timeout)) out.emplace_back("ticket.account_life", std::to_string(*life));
    if (in.refused()) return refuse(*in.refused());
    return out;
}

// The setting in this door's spelling, where one is refused.
std::string member_name(std::string_view setting) {
    if (setting == "members.self_management") return "account_member_self_management";
    if (setting == "ticket.account_life") return std::string(timeout);
    return std::string(setting);
}

}  // namespace

// Read anew: who has just changed them, by whatever worker, sees what was changed.
Result<Answer> get(App& app, const Context& context, const Call& call) {
    return Answer{200, settings(*app.realms.newest(app.db, context.now, call.realm->no))};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, {"account_authentication_settings"});
    if (!data) return refuse(data.error());
    const auto wanted = changes(*data);
    if (!wanted) return refuse(wanted.error());
    const auto realm = app.realms.set_all(app.db, context, call.realm->no,
                                          [&](const realms::Settings&) -> Result<realms::Changes> { return *wanted; });
    if (!realm) {
        auto refusal = realm.error();
        refusal.field = member_name(refusal.field);
        return refuse(std::move(refusal));
    }
    return Answer{200, settings(**realm)};
}

}  // namespace authtickets::elasticpath::account_settings
