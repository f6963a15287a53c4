// SPDX-License-Identifier: MIT
// One question: whose ticket came with the request, is it enough for this mount, and what becomes of who has none. Whatever is
// not a plain yes is a no.
#include <algorithm>

#include <authtickets/authorizer/authorizer.h>
#include <authtickets/db/schema.h>

#include "pages/entry/typed.h"
#include "pages/session.h"

namespace authtickets::authorizer {

namespace {

using crypto::Token;
using crypto::TokenKind;

// Where the first credential stood; none that follows it is looked at (AZ10).
struct Shown {
    enum class From { nowhere, header, cookie };
    From from = From::nowhere;
    std::optional<Token> token{};      // none: what stood there is no token of ours
    bool plain = false;                // a cookie that a browser keeps to no host: of shops without TLS alone (TK10)
};

std::string_view bearer(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer ";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (authorization.size() < scheme.size() || !std::ranges::equal(authorization.substr(0, scheme.size()), scheme, {}, lower)) return {};
    authorization.remove_prefix(scheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
    return authorization;
}

Shown shown(crypto::Keyring& keys, const http::Request& request) {
    for (const auto* name : {"x-vol-user-claims", "ep-account-management-authentication-token"}) {
        const auto sent = request.headers.find(name);
        // One with nothing in it is the second door's way to say that the shopper was lost (EP6), and of the first none at all.
        const bool there = sent != request.headers.end() && (!sent->second.empty() || sent->first.starts_with("ep-"));
        if (there) return {.from = Shown::From::header, .token = crypto::read_token(keys, sent->second)};
    }
    // Whatever else stands there is the application's own business (AZ12).
    if (auto token = crypto::read_token(keys, bearer(request.header("authorization").value_or("")))) {
        return {.from = Shown::From::header, .token = std::move(token)};
    }
    for (const bool secure : {true, false}) {
        const auto sent = pages::cookie(request, pages::session_cookie(pages::Side::account), secure);
        if (sent) return {.from = Shown::From::cookie, .token = crypto::read_token(keys, *sent), .plain = !secure};
    }
    return {};
}

class Asking {
public:
    Asking(App& app, const Context& context, const http::Request& request, std::string_view mount)
        : app_(app), context_(context), request_(request), asked_(*request.guarded), mount_(mount) {}

    http::Response answer() {
        if (asked_.flawed) return refused(asked_, 400);
        const auto rule = read_rule(asked_.rule);
        if (!rule) return misconfigured("AUTHTICKETS_REQUIRE", rule.error());
        const auto names = read_names(asked_.names);
        if (!names) return misconfigured("AUTHTICKETS_NAMES", names.error());
        rule_ = *rule;
        const auto sent = shown(app_.keys, request_);
        from_ = sent.from;
        if (sent.from == Shown::From::nowhere) return sign_in({});
        const bool kind = sent.token && sent.token->kind == (from_ == Shown::From::cookie ? TokenKind::cookie : TokenKind::ticket_access);
        if (!kind || context_.now >= sent.token->expires_at) return sign_in("invalid_token");
        return judged(*sent.token, sent.plain, *names);
    }

private:
    http::Response judged(const Token& token, bool plain, const std::vector<Name>& names) {
        if (!db::serves_schema(app_.db.server().schema)) {
            throw Unavailable("the database holds a schema that this program does not serve; see authtickets migrate");
        }
        const auto realm = whose();
        if (!realm) {
            app_.log.error("authorizer.misconfigured", {{"request", context_.request_id}, {"parameter", "AUTHTICKETS_REQUIRE"},
                                                        {"why", "there are several shops: realm=NO is wanted"}});
            return refused(asked_, 403);
        }
        if (token.realm != *realm) return sign_in("invalid_token");
        const auto who = app_.tickets.admit(app_.db, context_, token);
        if (!who || (plain && !who->realm_address.starts_with("http://"))) return sign_in("invalid_token");
        if (who->ticket.scope == tickets::Scope::password_update) return refused(asked_, 403);  // X17
        if (!of_account(rule_, who->ticket)) return refused(asked_, 403);
        if (!lately(rule_, who->ticket, context_.now)) return step_up(*who);
        return granted(asked_, names, *who);
    }

    // AZ30: a Host is the client's word.
    std::optional<RealmNo> whose() {
        return rule_.realm ? rule_.realm : realms::only_shop(app_.realms.domains_lately(app_.db, context_.now));
    }
    std::optional<RealmNo> site_of_host() {
        std::string_view host = request_.host;
        if (host.ends_with('.')) host.remove_suffix(1);
        return realms::shop_at(app_.realms.domains_lately(app_.db, context_.now), host);
    }

    http::Response misconfigured(std::string_view parameter, const Refusal& refusal) {
        app_.log.error("authorizer.misconfigured", {{"request", context_.request_id}, {"parameter", parameter}, {"word", refusal.field}});
        return refused(asked_, asked_.role ? 500 : 403);
    }

    // A program is told; a browser is led to a page. Not one that sent a ticket in a header: it would come back with the same.
    std::string page(std::string_view name, std::string_view to) const {
        std::string out(mount_);
        return out.append(pages::prefix(pages::Side::account)).append("/").append(pages::entry::with_to(name, to));
    }
    // Nor where the rule is of another shop than the pages at this host: they would lead back whom we refuse.
    bool led() { return from_ != Shown::From::header && is_navigation(request_) && (!rule_.realm || site_of_host() == rule_.realm); }

    http::Response sign_in(std::string_view error) {
        if (!led()) return challenged(asked_, {.error = error}, {});
        return challenged(asked_, {.error = error}, page("sign-in", way_back(asked_.uri)));
    }

    // The page asks by the same rule, so that it neither leads back who is not let in here nor asks who is (AZ64).
    http::Response step_up(const tickets::Admitted& who) {
        const Challenge challenge{.error = "insufficient_user_authentication", .max_age = rule_.within};
        if (!led()) return challenged(asked_, challenge, {});
        if (who.ticket.acting) return refused(asked_, 403);  // P10: no page of his would help an operator
        const auto login = app_.logins.of_user(app_.db, who.ticket.realm, who.ticket.user, who.ticket.account_no);
        if (!login || !helps(who.ticket, *login)) return challenged(asked_, challenge, page("settings/two-step/set-up", {}));
        auto out = page("step-up", way_back(asked_.uri));
        const auto add = [&](std::string_view text) { out.append(out.find('?') == out.npos ? "?" : "&").append(text); };
        if (rule_.second_factor) add("second=1");
        if (rule_.within) add("within=" + std::to_string(rule_.within->count()));
        return challenged(asked_, challenge, out);
    }

    // Whether the ticket would be enough once the step-up page had asked for all that this customer has.
    bool helps(tickets::Ticket ticket, const logins::Login& login) const {
        if (!login.sealed_password.empty()) ticket.password_at = context_.now;
        switch (customers::own_factor(login)) {
            case tickets::Factor::app: ticket.app_at = context_.now; break;
            case tickets::Factor::sms: ticket.sms_at = context_.now; break;
            case tickets::Factor::email: ticket.email_at = context_.now; break;
            case tickets::Factor::none:
                if (login.sealed_password.empty()) ticket.email_at = context_.now;
                break;
        }
        return lately(rule_, ticket, context_.now);
    }

    App& app_;
    const Context& context_;
    const http::Request& request_;
    const http::Guarded& asked_;
    std::string_view mount_;
    Rule rule_{};
    Shown::From from_{};
};

}  // namespace

http::Response answer(App& app, const Context& context, const http::Request& request, std::string_view mount) {
    return Asking(app, context, request, mount).answer();
}

}  // namespace authtickets::authorizer
