// SPDX-License-Identifier: MIT
// What callers get: CustomerAccount, LoginState, CustomerAuthTicket, application tickets and the tenant as JSON (kibo 1.3,
// 3, 4.3, 6.2).
// Every member of the clients' models is there, null or empty where this program has nothing to say.
#include <algorithm>
#include <utility>

#include "api/kibo/wire.h"

namespace authtickets::kibo {
namespace {

// Builds an object member by member; each value is moved, none is looked up.
class Object {
public:
    explicit Object(std::size_t members) { members_.reserve(members); }
    Object& add(const char* name, Json value) {
        members_.emplace_back(name, std::move(value));
        return *this;
    }
    Json take() { return Json(std::move(members_)); }

private:
    Json::Object members_;
};

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json time(Time at) { return Json(iso8601(at)); }
Json time(const std::optional<Time>& at) { return at ? time(*at) : Json(); }

Json commerce_summary() {
    Object amount(2);
    amount.add("amount", 0).add("currencyCode", nullptr);
    Object out(5);
    out.add("orderCount", 0).add("visitsCount", 0).add("wishlistCount", 0).add("lastOrderDate", nullptr);
    out.add("totalOrderAmount", amount.take());
    return out.take();
}

Json audit_info(const accounts::Account& account) {
    Object out(4);
    out.add("createDate", time(account.created_at)).add("createBy", text_or_null(account.created_by));
    out.add("updateDate", time(account.updated_at)).add("updateBy", text_or_null(account.updated_by));
    return out.take();
}

Json ticket(const UserId& user, const Secret& access, Time access_expires_at, const Secret& refresh,
            Time refresh_expires_at, Json account, std::string jwt, tickets::Factor owes = tickets::Factor::none) {
    const bool pending = owes != tickets::Factor::none;
    Object out(11);
    out.add("userId", hex(user.value));
    out.add("accessToken", access.reveal()).add("accessTokenExpiration", time(access_expires_at));
    out.add("refreshToken", refresh.reveal()).add("refreshTokenExpiration", time(refresh_expires_at));
    out.add("jwtAccessToken", std::move(jwt));
    out.add("requires2FA", pending).add("requires2fa", pending);  // the second spelling: kibo 4.5
    if (pending) out.add("secondFactor", tickets::name(owes));
    out.add("customerAccount", std::move(account));
    return out.take();
}

Json site(const realms::Site& site) {
    Object out(10);
    out.add("id", site.site).add("name", site.name).add("tenantId", site.tenant).add("catalogId", 1);
    out.add("localeCode", text_or_null(site.locale_code)).add("countryCode", text_or_null(site.country_code));
    out.add("currencyCode", text_or_null(site.currency_code));
    out.add("domain", site.domain).add("primaryCustomDomain", nullptr).add("attributes", Json::array());
    return out.take();
}

// Catalogs are not this program's business; the clients' model wants the one that every tenant has.
Json master_catalog(const realms::Site& site) {
    Object out(7);
    out.add("id", 1).add("name", site.name).add("tenantId", site.tenant);
    out.add("defaultLocaleCode", text_or_null(site.locale_code));
    out.add("defaultCurrencyCode", text_or_null(site.currency_code));
    Json locales = Json::array();
    if (!site.locale_code.empty()) locales.push(site.locale_code);
    out.add("supportedLocaleCodes", std::move(locales)).add("catalogs", Json::array());
    return out.take();
}

}  // namespace

Json account(const accounts::Account& account, View view) {
    const auto& profile = account.profile;
    Object out(29);
    out.add("id", account.no.value);
    out.add("userId", account.guest() ? Json() : Json(hex(account.user.value)));
    out.add("userName", text_or_null(account.user_name));
    out.add("emailAddress", text_or_null(profile.email));
    out.add("firstName", text_or_null(profile.first_name)).add("lastName", text_or_null(profile.last_name));
    out.add("companyOrOrganization", text_or_null(profile.company));
    out.add("localeCode", text_or_null(profile.locale_code));
    out.add("accountType", profile.account_type).add("customerSet", "default");
    out.add("customerSinceDate", time(profile.customer_since_at.value_or(account.created_at)));
    out.add("externalId", text_or_null(profile.external_id)).add("taxId", text_or_null(profile.tax_id));
    out.add("taxExempt", profile.tax_exempt).add("acceptsMarketing", profile.accepts_marketing);
    out.add("hasExternalPassword", account.foreign_password).add("isActive", account.active).add("isAnonymous", account.guest());
    out.add("isLocked", account.locked).add("migrationRequired", false);
    out.add("last2FaDate", time(account.last_second_step_at));
    out.add("attributes", profile.attributes).add("contacts", profile.contacts);
    out.add("notes", view == View::merchant ? Json(profile.notes) : Json::array());
    out.add("segments", Json::array()).add("commerceSummary", commerce_summary());
    out.add("auditInfo", audit_info(account));
    return out.take();
}

Json account(const accounts::Account& holder, const tickets::Ticket& shown) {
    auto out = account(holder, View::shopper);
    Object factors(4);
    factors.add("password", time(shown.password_at)).add("app", time(shown.app_at)).add("email", time(shown.email_at)).add("sms", time(shown.sms_at));
    out.set("factorsShown", factors.take());
    return out;
}

Json login_state(const logins::State& state) {
    const auto& login = state.login;
    // 0 left is what locked by failures means (TH1).
    const bool blocked = login.blocked_at.has_value(), locked = blocked || state.remaining == 0;
    Object out(10);
    out.add("isLocked", locked).add("isPasswordChangeRequired", login.password_change_required);
    out.add("failedLoginAttemptCount", login.failed).add("remainingLoginAttempts", locked ? 0U : state.remaining);
    out.add("lastPasswordChangeOn", time(login.password_set_at));
    out.add("lastLockedOn", time(std::max(login.last_locked_at, login.blocked_at)));  // none comes before any time
    out.add("firstFailedLoginAttemptOn", time(login.first_failed_at)).add("lastLoginOn", time(login.last_login_at));
    out.add("createdOn", time(login.created_at)).add("updatedOn", time(login.updated_at));
    return out.take();
}

Json collection(Json::Array items) {
    const auto count = static_cast<std::int64_t>(items.size());
    Object out(5);
    out.add("startIndex", 0).add("pageSize", count).add("pageCount", count == 0 ? 0 : 1).add("totalCount", count);
    out.add("items", std::move(items));
    return out.take();
}

Json ticket(const tickets::Issued& issued, Json account, std::string jwt) {
    return ticket(issued.ticket.user, issued.access, issued.access_expires_at, issued.refresh,
                  issued.refresh_expires_at, std::move(account), std::move(jwt), issued.ticket.owes);
}

Json ticket(const tickets::Anonymous& anonymous, std::string jwt) {
    return ticket(anonymous.user, anonymous.access, anonymous.access_expires_at, anonymous.refresh,
                  anonymous.refresh_expires_at, nullptr, std::move(jwt));
}

Json application_ticket(const applications::IssuedTicket& issued) {
    Object out(4);
    out.add("accessToken", issued.access.reveal()).add("accessTokenExpiration", time(issued.access_expires_at));
    out.add("refreshToken", issued.refresh.reveal()).add("refreshTokenExpiration", time(issued.refresh_expires_at));
    return out.take();
}

Json oauth_ticket(const applications::IssuedTicket& issued, Time now) {
    const auto left = std::chrono::floor<Seconds>(issued.access_expires_at - now);
    Object out(4);
    out.add("access_token", issued.access.reveal()).add("token_type", "bearer");
    out.add("expires_in", std::int64_t{left.count()}).add("refresh_token", issued.refresh.reveal());
    return out.take();
}

Json tenant(const realms::Realm& realm, std::uint32_t tenant) {
    const realms::Site* first = nullptr;
    Json sites = Json::array();
    for (const auto& each : realm.sites) {
        if (each.tenant != tenant) continue;
        if (!first) first = &each;
        sites.push(site(each));
    }
    if (!first) return nullptr;
    Json master_catalogs = Json::array();
    master_catalogs.push(master_catalog(*first));
    Object out(10);
    out.add("id", tenant).add("name", realm.name).add("domain", first->domain);
    out.add("isDevTenant", false).add("isUnified", true).add("expiry", nullptr).add("lastLoginDate", nullptr);
    out.add("attributes", Json::array()).add("sites", std::move(sites));
    out.add("masterCatalogs", std::move(master_catalogs));
    return out.take();
}

}  // namespace authtickets::kibo
