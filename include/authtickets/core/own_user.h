// SPDX-License-Identifier: MIT
// A user changed as a whole: names, user name, e-mail address, number, method and password in one body, with the codes and the
// password that some of them ask for. All that is wrong is told at once; nothing is changed unless all of it is right.
// By the user (PATCH of the own user), or by staff for somebody else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>

namespace authtickets::own_user {

// What a body asks for; what is absent stays as it is. An empty number takes it away; so does an empty address, unless the user
// name or the method needs one.
struct Change {
    std::optional<std::string> name{}, first_name{}, last_name{};
    std::optional<std::string> user_name{}, email{}, phone{};
    std::optional<users::Method> method{};
    std::optional<Secret> password{}, current_password{};
    std::optional<std::string> email_code{}, phone_code{};   // as typed; of staff, there though empty: needed as of the user
    std::vector<Refusal> found{};                            // what the caller has found wrong with it, to be told with the rest
};

// rules
// A user name of this door: letters and digits of ASCII and -@.+_, in lower case, blanks taken out. Refused with field
// "user_name": missing_parameter, or bad_parameter with the rule length or format.
Result<std::string> user_name(std::string_view typed);
inline constexpr unsigned shortest_user_name = 5;
// The user's names after a change: `name` is made of the parts where it is not given. missing_parameter with field "name" when
// there is none in the end; bad_parameter with the rule length.
Result<users::Names> names(const users::Names& before, const Change&);
// All refusals as one: the first, with the rest as its others. The list must not be empty.
Refusal together(std::vector<Refusal>);

// The wanted values as they will be stored, where they differ from what stands there.
struct Wanted {
    std::optional<std::string> user_name{}, email{}, phone{};
    std::optional<users::Method> method{};
};
// What of a change has to be shown (OC9, RS6). A method that is picked needs a verified contact, whoever picks it; another
// contact of the method there is needs a code from the user alone.
struct Needs {
    bool email_code = false, phone_code = false;
    bool factor = false;                                     // of the user: shown a moment ago, or else the current password
};
Needs needs(const logins::Login&, const Wanted&, bool by_staff);

class OwnUser {
public:
    OwnUser(accounts::Accounts& accounts, customers::Customers& customers, users::Users& users, logins::Logins& logins, codes::Codes& codes,
            contacts::Contacts& contacts, verifications::Verifications& verifications, throttle::Throttle& throttle, events::Events& events)
        : accounts_(accounts), customers_(customers), users_(users), logins_(logins), codes_(codes), contacts_(contacts),
          verifications_(verifications), throttle_(throttle), events_(events) {}

    // `own`: the user's own live ticket, by which a new address, number, user name or method needs fresh factors or the current
    // password (RS6), and a new password the current one (PW12). None: staff, whose password for another is set outright (X11).
    // The primary account of the user stays in step. Several refusals come as one with others; their fields are the members of
    // Change. Besides: step_up_required (policy standard, of who has a second factor), throttled, busy; unknown_item: no such user.
    // A new password ends every ticket of the user (TK6).
    Result<void> change(db::Db&, const Context&, const realms::Realm&, const UserId&, const Change&, const tickets::Ticket* own);

private:
    struct Plan;
    Result<void> judge(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket* own, Plan&);
    Result<void> show(db::Db&, const Context&, const realms::Realm&, Plan&);
    void settle(db::Db&, const Context&, const realms::Realm&, const Plan&);
    Result<void> carry_out(db::Tx&, const Context&, const Plan&, const std::optional<std::string>& sealed);
    Result<void> put_names(db::Tx&, const Context&, const Plan&);
    void put_contact(db::Tx&, const Context&, const Plan&, users::ContactKind);
    void account_follows(db::Tx&, const Context&, const Plan&);
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    users::Users& users_;
    logins::Logins& logins_;
    codes::Codes& codes_;
    contacts::Contacts& contacts_;
    verifications::Verifications& verifications_;
    throttle::Throttle& throttle_;
    events::Events& events_;
};

}  // namespace authtickets::own_user
