// SPDX-License-Identifier: MIT
// Applications (programs that may call) and their tickets. kibo 3 (docs/kibo.md) shows them on the wire.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/tickets.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/crypto/token.h>
#include <authtickets/db/db.h>

namespace authtickets::applications {

// What an application may do; bits as stored.
enum Behaviour : std::uint32_t {
    storefront = 1,
    admin = 2,
    publishable = 4,  // its id alone gets an implicit token, so that it may stand in a page
};
using Behaviours = std::uint32_t;
std::optional<Behaviours> parse_behaviours(std::string_view comma_list);  // rules
std::string behaviour_names(Behaviours);                                  // rules

struct Application {
    RealmNo realm{};
    ApplicationNo no{};
    std::string client_id{}, name{};
    Behaviours behaviours{};
    std::optional<Time> disabled_at{};
    Time created_at{};
    bool may(Behaviours any_of) const { return (behaviours & any_of) != 0; }
};

struct IssuedTicket {  // both tokens of one generation
    Secret access, refresh;
    Time access_expires_at{}, refresh_expires_at{};
    ApplicationNo application{};
};

struct ImplicitTicket {  // of a client id alone: no row, no refresh token
    Secret access;
    Time access_expires_at{};
};

struct PublishableToken {  // of an application: for pages, lives as long as the application may be had by its id alone
    Secret token;
    Application application;
};

struct GuestTicket {  // of a publishable token: no row, no refresh token of its own
    Secret access;
    Time access_expires_at{};
};

struct Added {
    Application application;
    Secret secret;  // shown once, never stored
};

// A row of application_tokens: one grant, whatever tokens were made of it.
struct Grant {
    RealmNo realm{};
    ApplicationTokenId id{};
    ApplicationNo application{};
    std::uint32_t generation = 1, min_generation = 1;
    Time created_at{}, rotated_at{};
    tickets::Lifetimes lifetimes{};
};

// rules, as tickets::judge_refresh: the parent of the live generation within `grace` gets the same answer again.
tickets::Verdict judge_refresh(const Grant&, std::uint32_t generation, Time now, Seconds grace);
Time access_expires(const Grant&);
Time refresh_expires(const Grant&);

class Applications {
public:
    Applications(crypto::Keyring& keys, Rng& rng, realms::Realms& realms, events::Events& events)
        : keys_(keys), rng_(rng), realms_(realms), events_(events) {}

    // application_secret_wrong for unknown, wrong and disabled alike. Without `refreshable` the ticket lives no longer than its
    // access token, for doors that give no refresh token out.
    Result<IssuedTicket> issue(db::Db&, Context, std::string_view client_id, const Secret& secret, bool refreshable = true);
    // For whoever knows the id of an application that is publishable; application_secret_wrong otherwise. Lives as long as an
    // access token, and ends early only with the application.
    Result<ImplicitTicket> implicit(db::Db&, const Context&, std::string_view client_id);
    // application_secret_wrong for anything that is no live refresh token; reuse ends the ticket (TK4, TK5). Where the
    // client is named too, it must be the token's, with the right secret; if not, the token stays as it was.
    struct Client {
        std::string_view id;
        const Secret& secret;
    };
    Result<IssuedTicket> refresh(db::Db&, Context, const Secret& refresh_token, std::optional<Client> client = {});
    // unknown_item when there is no such live ticket.
    Result<void> end(db::Db&, Context, const Secret& refresh_token);

    // The application that an access token speaks for, or application_unknown. State is kept for up to a second, so a
    // deleted ticket or disabled application is refused everywhere within one second.
    struct Checked {
        Application application;
        realms::RealmPtr realm;
        Time token_expires_at{};
        Time created_at{};      // of the ticket; an implicit token has none
        bool implicit = false;  // shown by a stranger, who may do what is everybody's
    };
    Result<Checked> check(db::Db&, Time now, std::string_view access_token);
    // The same, and implicit tokens are taken too.
    Result<Checked> check_or_implicit(db::Db&, Time now, std::string_view access_token);

    // The publishable token of an application, by its client id or of the first in the realm that is publishable. The same text
    // at every call while the signing key stays. unknown_item: there is no such application, or it is not publishable, or disabled.
    Result<PublishableToken> publishable_token(db::Session&, const Context&, RealmNo, std::string_view client_id = {});
    // A guest's access token for whoever shows one. application_secret_wrong: it is none, or its application is disabled or
    // publishable no more.
    Result<GuestTicket> guest(db::Db&, const Context&, const Secret& publishable_token);
    // As check, of a guest's access token; Checked::implicit is true.
    Result<Checked> check_guest(db::Db&, Time now, std::string_view access_token);

    // for commands
    Added add(db::Db&, const Context&, RealmNo, std::string name, Behaviours, std::string client_id = {});
    Result<void> disable(db::Db&, const Context&, RealmNo, std::string_view client_id, bool disabled);
    std::vector<Application> list(db::Session&, RealmNo);

private:
    struct Kept {
        Application application{};
        Grant grant{};
        std::uint32_t realm_version{};
        bool live = false;
        Time read_at{};
    };
    // An application as it was seen within the last second.
    struct Seen {
        std::optional<Application> application{};
        std::uint32_t realm_version{};
        Time read_at{};
    };
    IssuedTicket tokens(const Context&, const Grant&);
    Result<Checked> check_publishable(db::Db&, Time now, const crypto::Token&);
    crypto::Keyring& keys_;
    Rng& rng_;
    realms::Realms& realms_;
    events::Events& events_;
    std::map<Uuid, Kept> kept_;  // by token id; at most a thousand, then forgotten whole
    std::map<std::pair<std::uint32_t, std::uint32_t>, Seen> seen_;  // by realm and application; the same
};

// For core/upkeep: tickets of applications that were dead before a time; all of a realm, whatever they are. At most `most`.
std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t revoke(db::Tx&, RealmNo, unsigned most);
std::uint64_t count_tickets(db::Session&, RealmNo);

}  // namespace authtickets::applications
