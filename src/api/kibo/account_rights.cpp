// SPDX-License-Identifier: MIT
// Whom a call about an account is for, and what only the shop itself may give (kibo 4.2, 6.1).
#include "api/kibo/handlers.h"

namespace authtickets::kibo {

bool for_the_shop(const Call& call) {
    return call.application->application.may(applications::admin) && !call.request.header("x-vol-user-claims");
}

View view(const Call& call) {
    return for_the_shop(call) ? View::merchant : View::shopper;
}

Result<AccountNo> account_named(const Call& call) {
    const auto no = positive(call.path.at(0));
    if (!no) return refuse(Why::unknown_item);
    return AccountNo{*no};
}

Result<AccountNo> account_of(const Call& call) {
    const auto no = account_named(call);
    if (!no) return no;
    if (call.shopper) {
        const auto& ticket = call.shopper->ticket;
        if (!ticket || !ticket->account || ticket->account->no != *no) return refuse(Why::unknown_item);
    } else if (!call.application->application.may(applications::admin)) {
        return refuse(Why::forbidden);
    }
    return no;
}

Result<std::optional<UserId>> user_asked_for(const Call& call) {
    const auto text = call.request.query.get("userId");
    if (!text) return std::optional<UserId>{};
    const auto user = parse_uuid(*text);
    if (!user) return refuse(Why::bad_parameter, "userId", "must be the id of a user");
    return std::optional(UserId{*user});
}

Result<Whom> user_of(const Call& call) {
    const auto account = account_of(call);
    if (!account) return refuse(account.error());
    const auto user = user_asked_for(call);
    if (!user) return refuse(user.error());
    Whom out{.account = *account, .user = *user};
    if (!call.shopper) return out;
    const auto own = call.shopper->ticket->user;
    if (out.user && *out.user != own) return refuse(Why::unknown_item);
    out.user = own;
    return out;
}

Result<customers::NewCustomer::NewPassword> new_password(const Call& call, Members& in) {
    Secret password(in.text("password"));
    const Secret foreign(in.text("externalPassword"));
    const bool import = in.boolean("isImport").value_or(false);
    if (in.refused()) return refuse(*in.refused());
    if ((import || !foreign.empty()) && !for_the_shop(call)) return refuse(Why::forbidden);
    customers::NewCustomer::NewPassword out;
    if (foreign.empty()) {
        if (password.empty() && !import) return refuse(Why::missing_parameter, "password");
        if (!password.empty()) out.password = std::move(password);
        return out;
    }
    auto hash = external_password(foreign, password, "password");
    if (!hash) return refuse(hash.error());
    out.foreign = std::move(*hash);
    return out;
}

Result<crypto::ForeignHash> external_password(const Secret& text, const Secret& clear, std::string_view beside) {
    if (!clear.empty()) {
        return refuse(Why::bad_parameter, "externalPassword", "cannot stand beside " + std::string(beside));
    }
    auto hash = crypto::read_foreign_hash(text.reveal());
    if (!hash) return refuse(hash.error().why, "externalPassword", hash.error().text);
    return hash;
}

}  // namespace authtickets::kibo
