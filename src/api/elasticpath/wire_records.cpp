// SPDX-License-Identifier: MIT
#include "api/elasticpath/wire_records.h"

#include <array>

namespace authtickets::elasticpath {
namespace {

std::string user_infos_path(const Uuid& realm) { return "/v2/authentication-realms/" + dashed(realm) + "/user-authentication-info/"; }
std::string account_path(const AccountId& account) { return "/v2/accounts/" + dashed(account.value); }

Json self(std::string path) { return Json::object({{"self", std::move(path)}}); }
Json timestamps(Time created_at, Time updated_at) { return Json::object({{"timestamps", times(created_at, updated_at)}}); }

template <class Field>
constexpr ListMember member(std::string_view name, Field field, bool address = false) {
    return {.name = name, .field = static_cast<int>(field), .address = address};
}
template <class Field>
constexpr db::Order newest_first(Field field) {
    return {.field = static_cast<int>(field), .descending = true};
}

}  // namespace

std::string user_info_path(const Uuid& realm, const UserId& user) { return user_infos_path(realm) + dashed(user.value); }

std::string password_info_path(const Uuid& realm, const UserId& user, const LoginId& login) {
    return user_info_path(realm, user) + "/user-authentication-password-profile-info/" + dashed(login.value);
}

Json user_info(const users::User& user, const Uuid& realm) {
    auto meta = times(user.created_at, user.updated_at);
    meta.set("creation_status", "COMPLETE");  // here a user is there at once
    return Json::object({{"id", dashed(user.id.value)},
                         {"type", "user_authentication_info"},
                         {"name", user.names.name},
                         {"email", user.email},
                         {"given_name", text_or_null(user.names.given_name)},
                         {"middle_name", text_or_null(user.names.middle_name)},
                         {"family_name", text_or_null(user.names.family_name)},
                         {"meta", std::move(meta)},
                         {"links", self(user_info_path(realm, user.id))}});
}

Json password_info(const members::Info& info, const Uuid& realm) {
    return Json::object({{"id", dashed(info.id.value)},
                         {"type", "user_authentication_password_profile_info"},
                         {"password_profile_id", dashed(info.profile_id.value)},
                         {"username", info.user_name},
                         {"meta", times(info.created_at, info.updated_at)},
                         {"links", self(password_info_path(realm, info.user, info.id))}});
}

Json account_member(const users::User& user) {
    return Json::object({{"id", dashed(user.id.value)},
                         {"type", "account_member"},
                         {"name", user.names.name},
                         {"email", user.email},
                         {"meta", timestamps(user.created_at, user.updated_at)},
                         {"links", self("/v2/account-members/" + dashed(user.id.value))}});
}

Json account(const accounts::Account& account) {
    const auto& given = account.profile;
    auto out = Json::object({{"id", dashed(account.id.value)},
                             {"type", "account"},
                             {"name", accounts::shown_name(given)},
                             {"legal_name", text_or_null(given.legal_name)},
                             {"registration_id", text_or_null(given.registration_id)},
                             {"external_ref", text_or_null(given.external_id)},
                             {"parent_id", given.parent.empty() ? Json() : Json(dashed(given.parent.value))},
                             {"meta", timestamps(account.created_at, account.updated_at)},
                             {"links", self(account_path(account.id))}});
    if (!given.parent.empty()) out.set("relationships", Json::object({{"parent", reference(given.parent.value, "account")}}));
    return out;
}

Json account_membership(const users::Membership& membership) {
    const auto id = members::membership_id(membership.account_id, membership.user);
    return Json::object({{"id", dashed(id)},
                         {"type", "account_membership"},
                         {"meta", timestamps(membership.created_at, membership.created_at)},
                         {"relationships", Json::object({{"account_member", reference(membership.user.value, "account_member")},
                                                         {"account", reference(membership.account_id.value, "account")}})},
                         {"links", self(account_path(membership.account_id) + "/account-memberships/" + dashed(id))}});
}

Json whole(Json record) {
    std::string path = *record.find("links")->find("self")->text();
    return resource(std::move(record), std::move(path));
}

const ListForm& user_info_list() {
    using enum users::Field;
    static constexpr std::array members{member("id", id),
                                        member("name", name),
                                        member("email", email, true),
                                        member("given_name", given_name),
                                        member("middle_name", middle_name),
                                        member("family_name", family_name),
                                        member("created_at", created_at),
                                        member("updated_at", updated_at)};
    static constexpr ListForm form{.members = members, .fields = users::list_fields, .standard = newest_first(created_at)};
    return form;
}

const ListForm& account_member_list() {
    using enum users::Field;
    static constexpr std::array members{member("id", id), member("name", name), member("email", email, true),
                                        member("created_at", created_at), member("updated_at", updated_at)};
    static constexpr ListForm form{.members = members, .fields = users::list_fields, .standard = newest_first(created_at)};
    return form;
}

const ListForm& account_list() {
    using enum accounts::Field;
    static constexpr std::array members{member("id", id),
                                        member("name", name),
                                        member("legal_name", legal_name),
                                        member("registration_id", registration_id),
                                        member("external_ref", external_id),
                                        member("created_at", created_at),
                                        member("updated_at", updated_at)};
    static constexpr ListForm form{.members = members, .fields = accounts::list_fields, .standard = newest_first(created_at)};
    return form;
}

}  // namespace authtickets::elasticpath
