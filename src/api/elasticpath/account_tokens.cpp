// SPDX-License-Identifier: MIT
// Account tokens, by every mechanism (EP160 to EP184, docs/elasticpath.md): one call that signs in, registers, takes the second
// step or renews what there is.
#include <array>
#include <utility>

#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::account_tokens {
namespace {

using account_tickets::Outcome;
using account_tickets::Owed;
using account_tickets::Page;
using account_tickets::SignedIn;

// What every mechanism is told.
struct Told {
    App& app;
    const Context& context;
    const Call& call;
    Paging paging;
    Page page() const { return {.offset = paging.offset, .limit = paging.limit}; }
};

constexpr std::string_view type = "account_management_authentication_token";

Json element(const account_tickets::Element& each) {
    return Json::object({{"type", type},
                         {"account_id", dashed(each.account.value)},
                         {"account_name", each.account_name},
                         {"expires", iso8601(each.issued.access_expires_at)},
                         {"token", each.issued.access.reveal()}});
}

Answer signed_in(const Told& told, const SignedIn& done) {
    Json::Array items;
    for (const auto& each : done.tickets) items.push_back(element(each));
    Json::Object meta{{"account_member_id", dashed(done.user.value)}};
    if (done.recovery_left) meta.emplace_back("recovery_codes_left", Json(*done.recovery_left));
    return {201, page(told.call.request, told.paging, done.total, std::move(items), std::move(meta))};
}

// 403, since clients repeat what is answered 401. The handle is a pending ticket, which opens the second step alone (TK7).
Answer owed(const Owed& due) {
    return {403, errors(403, "second_step_required: repeat the call with authentication_mechanism second_step, second_step_token and code",
                        Json::object({{"second_step_token", due.pending.reveal()},
                                      {"method", tickets::name(due.factor)},
                                      {"destination", text_or_null(due.destination)},
                                      {"sent", due.sent},
                                      {"expires", iso8601(due.expires_at)}}))};
}

Result<Answer> answer(const Told& told, const Result<SignedIn>& done) {
    if (!done) return refuse(done.error());
    return signed_in(told, *done);
}

Result<Answer> answer(const Told& told, const Result<Outcome>& done) {
    if (!done) return refuse(done.error());
    if (const auto* const due = std::get_if<Owed>(&*done)) return owed(*due);
    return signed_in(told, std::get<SignedIn>(*done));
}

// The profile whose names are meant. An id that is none names no profile.
Result<ProfileNo> profile_named(const Told& told, std::string_view text) {
    const auto id = id_in(text);
    if (!id) return refuse(Why::unknown_item);
    const auto profile = told.app.profiles.find(told.app.db, told.call.realm->no, profiles::ProfileId{*id});
    if (!profile) return refuse(Why::unknown_item);
    return profile->no;
}

Result<Answer> by_password(const Told& told, Members& in) {
    const auto profile = in.required("password_profile_id");
    const auto name = in.required("username");
    const Secret password(in.required("password"));
    if (in.refused()) return refuse(*in.refused());
    const auto no = profile_named(told, profile);
    if (!no) return refuse(no.error());
    return answer(told, told.app.account_tickets.by_password(told.app.db, told.context, *told.call.realm, *no, name, password, told.page()));
}

Result<Answer> by_token(const Told& told, Members& in) {
    const auto profile = in.required("password_profile_id");
    const auto name = in.required("username");
    const Secret token(in.required("one_time_password_token"));
    if (in.refused()) return refuse(*in.refused());
    const auto no = profile_named(told, profile);
    if (!no) return refuse(no.error());
    return answer(told, told.app.account_tickets.by_token(told.app.db, told.context, *told.call.realm, *no, name, token, told.page()));
}

Result<Answer> self_signup(const Told& told, Members& in) {
    const auto profile = in.required("password_profile_id");
    account_tickets::SelfSignup wanted{.user_name = in.required("username"),
                                       .password = Secret(in.required("password")),
                                       .name = in.required("name"),
                                       .email = in.required("email"),
                                       .given_name = in.clearable("given_name"),
                                       .middle_name = in.clearable("middle_name"),
                                       .family_name = in.clearable("family_name")};
    if (in.refused()) return refuse(*in.refused());
    const auto no = profile_named(told, profile);
    if (!no) return refuse(no.error());
    wanted.profile = *no;
    const auto done = told.app.account_tickets.self_signup(told.app.db, told.context, *told.call.realm, wanted, told.page());
    if (!done && done.error().why == Why::forbidden) return refuse(Why::forbidden, {}, "enable_self_signup is off");
    return answer(told, done);
}

// Nothing else on this route looks at the header: what is stale in it must not stand in the way of signing in.
Result<Answer> again(const Told& told, Members&) {
    const auto sent = told.call.request.header("ep-account-management-authentication-token");
    if (!sent) return refuse(Why::ticket_invalid);
    const auto live = told.app.tickets.check(told.app.db, told.context, *sent);
    if (!live) return refuse(live.error());
    if (!live->ticket || live->ticket->state != tickets::State::full) return refuse(Why::ticket_invalid);
    return answer(told, told.app.account_tickets.again(told.app.db, told.context, *told.call.realm, *live->ticket, told.page()));
}

// 403 as what is owed: clients send again what is answered 401, and each entry of a code counts (OC3), so that one mistyped
// digit would be three and end it. The refusals' own texts are those of account tokens and one-time tokens, which these are not.
Answer no_second_step(std::string_view detail) { return {403, errors(403, detail)}; }
Answer dead_handle() { return no_second_step("the second-step token is wrong, used or expired: sign in again"); }

Result<Answer> second_step(const Told& told, Members& in) {
    const Secret pending(in.required("second_step_token"));
    const Secret code(in.required("code"));
    if (in.refused()) return refuse(*in.refused());
    const auto done = told.app.account_tickets.second_step(told.app.db, told.context, *told.call.realm, pending, code, told.page());
    if (!done && done.error().why == Why::ticket_invalid) return dead_handle();
    if (!done && done.error().why == Why::code_wrong) return no_second_step("the code is wrong, was used or has expired");
    return answer(told, done);
}

Result<Answer> second_step_code(const Told& told, Members& in) {
    const Secret pending(in.required("second_step_token"));
    if (in.refused()) return refuse(*in.refused());
    const auto done = told.app.account_tickets.second_step_code(told.app.db, told.context, *told.call.realm, pending);
    if (!done && done.error().why == Why::ticket_invalid) return dead_handle();
    if (!done) return refuse(done.error());
    return Answer{202};
}

using Mechanism = Result<Answer> (*)(const Told&, Members&);
constexpr std::array<std::pair<std::string_view, Mechanism>, 6> mechanisms{{{"password", by_password},
                                                                            {"passwordless", by_token},
                                                                            {"self_signup", self_signup},
                                                                            {type, again},
                                                                            {"second_step", second_step},
                                                                            {"second_step_code", second_step_code}}};

}  // namespace

Result<Answer> create(App& app, const Context& context, const Call& call) {
    const auto wanted = paging(call.request.query);
    if (!wanted) return refuse(wanted.error());
    const auto body = data_of(call.request, {type});
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto mechanism = in.required("authentication_mechanism");
    if (in.refused()) return refuse(*in.refused());
    for (const auto& [name, by] : mechanisms) {
        if (name == mechanism) return by({.app = app, .context = context, .call = call, .paging = *wanted}, in);
    }
    return refuse(Why::bad_parameter, "authentication_mechanism", "is not offered here");
}

}  // namespace authtickets::elasticpath::account_tokens
