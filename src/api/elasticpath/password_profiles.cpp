// SPDX-License-Identifier: MIT
// Password profiles of the realm (EP80 to EP89, docs/elasticpath.md).
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::password_profiles {
namespace {

constexpr const char* type = "password_profile";

std::string self(const Call& call, const profiles::Profile& profile) {
    return "/v2/authentication-realms/" + dashed(call.realm->id) + "/password-profiles/" + dashed(profile.id.value);
}

Json record(const Call& call, const profiles::Profile& profile) {
    return Json::object({{"id", dashed(profile.id.value)},
                         {"type", type},
                         {"name", profile.name},
                         {"username_format", profiles::name(profile.format)},
                         {"enable_one_time_password_token", profile.one_time_tokens},
                         {"meta", times(profile.created_at, profile.updated_at)},
                         {"links", Json::object({{"self", self(call, profile)}})}});
}

Answer answer(int status, const Call& call, const profiles::Profile& profile) {
    return {status, resource(record(call, profile), self(call, profile))};
}

Result<profiles::ProfileId> named(const Call& call) {
    if (const auto own = own_realm(call); !own) return refuse(own.error());
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    return profiles::ProfileId{*id};
}

// What stands in the body; what is absent stays as it is.
Result<profiles::Change> change(const Call& call) {
    const auto data = data_of(call.request, {type});
    if (!data) return refuse(data.error());
    Members in(*data);
    profiles::Change out{.name = in.text("name"), .one_time_tokens = in.boolean("enable_one_time_password_token")};
    if (const auto format = in.text("username_format")) {
        out.format = profiles::format_named(*format);
        if (!out.format) in.wrong_value("username_format", "must be any or email");
    }
    if (in.refused()) return refuse(*in.refused());
    return out;
}

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    if (const auto own = own_realm(call); !own) return refuse(own.error());
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    const auto found = app.profiles.list(app.db, call.realm->no, paging->offset, paging->limit);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(record(call, each));
    return Answer{200, page(call.request, *paging, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = named(call);
    if (!id) return refuse(id.error());
    const auto found = app.profiles.find(app.db, call.realm->no, *id);
    if (!found) return refuse(Why::unknown_item);
    return answer(200, call, *found);
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    if (const auto own = own_realm(call); !own) return refuse(own.error());
    auto wanted = change(call);
    if (!wanted) return refuse(wanted.error());
    if (!wanted->name) return refuse(Why::missing_parameter, "name");
    const auto added = app.profiles.add(app.db, context, {.name = std::move(*wanted->name),
                                                          .format = wanted->format.value_or(profiles::NameFormat::any),
                                                          .one_time_tokens = wanted->one_time_tokens.value_or(false)});
    if (!added) return refuse(added.error());
    return answer(201, call, *added);
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = named(call);
    if (!id) return refuse(id.error());
    const auto wanted = change(call);
    if (!wanted) return refuse(wanted.error());
    const auto changed = app.profiles.update(app.db, context, *id, *wanted);
    if (!changed) return refuse(changed.error());
    return answer(200, call, *changed);
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = named(call);
    if (!id) return refuse(id.error());
    const auto removed = app.profiles.remove(app.db, context, *id);
    if (!removed) return refuse(removed.error());
    return Answer{204};
}

}  // namespace authtickets::elasticpath::password_profiles
