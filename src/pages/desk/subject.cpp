// SPDX-License-Identifier: MIT
// A customer read for the desk, and the small pieces in which he is shown.
#include "pages/desk/subject.h"

#include <algorithm>
#include <charconv>

namespace authtickets::pages::desk {

namespace {

std::optional<AccountNo> number(std::string_view text) {
    AccountNo out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

directory::TwoStep two_step(const Subject& who) {
    if (who.app) return directory::TwoStep::app;
    switch (who.method()) {
        case users::Method::simple: return directory::TwoStep::none;
        case users::Method::email: return directory::TwoStep::email;
        case users::Method::sms: break;
    }
    return directory::TwoStep::sms;
}

directory::Customer listed(const Visit& visit, const Subject& who) {
    const auto& profile = who.account.profile;
    directory::Customer out{.account = who.account.no, .user = who.account.user, .first_name = profile.first_name,
                            .last_name = profile.last_name, .name = accounts::shown_name(profile), .company = profile.company, .user_name = who.account.user_name,
                            .email = who.email(), .suspended = !who.account.active, .two_step = two_step(who),
                            .created_at = who.account.created_at};
    if (who.login) {
        out.suspended = out.suspended || who.login->blocked_at.has_value();
        out.locked = logins::locked(*who.login, visit.shop->settings, visit.context.now);
        out.last_sign_in_at = who.login->last_login_at;
    }
    return out;
}

}  // namespace

std::string Subject::email() const { return login && login->email ? login->email->value : account.profile.email; }

std::string Subject::phone() const { return login && login->phone ? login->phone->value : std::string(); }

Result<Subject> subject(App& app, const Visit& visit) {
    const auto no = visit.path.empty() ? std::nullopt : number(visit.path.front());
    if (!no) return refuse(Why::unknown_item);
    auto account = app.accounts.get(app.db, visit.shop->no, *no);
    if (!account) return refuse(std::move(account.error()));
    Subject out{.account = std::move(*account), .listed = {}};
    if (!out.account.guest()) {
        out.login = app.logins.of_account(app.db, visit.shop->no, *no, {});
        out.app = app.totp.state(app.db, visit.shop->no, out.account.user);
    }
    out.listed = listed(visit, out);
    return out;
}

bool may(const Visit& visit, operators::Right right) { return visit.staff && operators::may(visit.staff->role, right); }

std::string page_of(const Subject& who, std::string_view rest) {
    auto out = "customers/" + std::to_string(who.account.no.value);
    return rest.empty() ? out : out.append("/").append(rest);
}

std::string isolated(const Look& look, std::string_view name) {
    const bool plain = look.words.direction() == "ltr" && std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 128; });
    if (plain) return std::string(name);
    return std::string("\xE2\x81\xA8").append(name).append("\xE2\x81\xA9");  // FSI, PDI
}

std::string about(const Look& look, std::string_view key, const Subject& who) {
    return look.words.say(key, {{"customer", isolated(look, who.name())}});
}

View status_tag(const Look& look, directory::Status status) {
    const auto kind = [&]() -> std::string_view {
        switch (status) {
            case directory::Status::active: return "good";
            case directory::Status::suspended: return "bad";
            case directory::Status::locked: return "warn";
            case directory::Status::guest: break;
        }
        return {};
    }();
    return std::move(View().text("kind", std::string(kind)).text("word", look.text("o.c_" + std::string(directory::name(status)))));
}

View moment(const Look& look, Time at) { return std::move(View().text("iso", iso8601(at)).text("said", look.time(at))); }

}  // namespace authtickets::pages::desk
