// SPDX-License-Identifier: MIT
// Realms, their sites and settings. One table of settings gives name, allowed values, default and help;
// a worker keeps what it read until it sees another settings_version, and at most a second (design: data).
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/db/db.h>

namespace authtickets::realms {

// A shop, whose customers are its users; or the one realm whose users work at the desks of all shops (core/operators).
enum class Kind : std::uint8_t { shop = 1, operators = 2 };  // stored
std::string_view name(Kind);  // "operators"

enum class PasswordPolicy { documented, standard };  // X1

// What a customer who registers on the pages has as second step from the start (M11, P19, docs/pages.md).
enum class DefaultStep : std::uint8_t { none, sms, email };
std::string_view name(DefaultStep);  // "sms"

// What an account member may change of himself by an account token (docs/elasticpath.md).
enum class SelfManagement : std::uint8_t { disabled, update_only };
std::string_view name(SelfManagement);  // "update_only"

// What a store's operator may set, with the defaults of docs/security.md.
struct Settings {
    PasswordPolicy policy = PasswordPolicy::documented;
    Seconds access_life{900};                 // ticket.access_life
    Seconds refresh_life{86400};              // ticket.refresh_life
    Seconds session_life{30 * 86400};         // ticket.session_life, TK2
    Seconds anonymous_life{14 * 86400};       // ticket.anonymous_life, TK2
    Seconds refresh_grace{10};                // ticket.refresh_grace, TK5
    Seconds application_access_life{3600};    // application.access_life
    Seconds application_refresh_life{86400};  // application.refresh_life
    unsigned lock_attempts = 10;              // lock.attempts, TH1
    unsigned lock_daily = 100;                // lock.daily, TH1
    std::chrono::minutes lock_release{0};     // lock.release_minutes, TH1: 0 or 30..1440
    bool reveal_lock = false;                 // signin.reveal_lock, X18
    unsigned failures_per_minute = 30;        // address.failures_per_minute, TH2
    unsigned failures_per_hour = 300;         // address.failures_per_hour, TH2
    std::string jwt_issuer;                   // jwt.issuer; empty: the realm's address
    unsigned retention_days = 400;            // audit.retention_days, KL5
    bool second_step_always = false;          // second_step.always, kibo 4.6
    bool second_step_on_fingerprint = false;  // second_step.on_fingerprint
    bool second_step_on_region = false;       // second_step.on_region
    DefaultStep default_step = DefaultStep::none;  // second_step.default
    bool email_code = false;                  // signin.email_code
    bool device_strict = false;               // device.strict, X6
    std::chrono::days device_life{365};       // device.days
    std::chrono::days trust_life{0};          // trust.days; 0: no browser is trusted
    Seconds code_life{180};                   // code.life, OC2
    unsigned code_tries = 3;                  // code.tries, OC3
    unsigned totp_skew = 1;                   // totp.skew, X5
    Seconds step_up_window{300};              // stepup.window, RS6
    unsigned mails_per_day = 40;              // code.mail_daily, OC7
    unsigned sms_per_day = 20;                // code.sms_daily, OC7
    Seconds reset_life{72 * 3600};            // reset.life, X2; policy standard: a day at most
    std::string reset_link, unlock_link, confirm_link;  // reset.link, unlock.link, confirm.link; empty: this program's own pages
    std::uint32_t mails_suppressed = 0;       // mail.suppressed: bits of MailType
    std::uint32_t mails_on_request = 0;       // mail.on_request
    std::string mail_sender, mail_sender_name, mail_reply_to, mail_bcc;
    std::string time_zone = "UTC";            // mail.time_zone, of the times in messages
    bool keep_messages = true;                // messages.keep
    // The Elastic Path door (docs/elasticpath.md)
    bool self_signup = false;                 // members.self_signup
    bool auto_account = false;                // members.auto_account
    SelfManagement self_management = SelfManagement::disabled;  // members.self_management
    std::string members_realm;                // members.realm_name; empty: the realm's name
    Seconds account_life{86400};              // ticket.account_life
    Seconds one_time_life{600};               // one_time.life
    unsigned one_time_live = 5;               // one_time.live
    unsigned one_time_tries = 10;             // one_time.tries
    std::string one_time_link;                // one_time.link; empty: mails carry no link
    Seconds reset_lives() const { return policy == PasswordPolicy::standard ? std::min(reset_life, Seconds(86400)) : reset_life; }
    bool suppressed(std::string_view mail_type) const;  // the mail switches of kibo 4.6, by name
    bool on_request(std::string_view mail_type) const;
};

// What a mail switch is about, as the settings resource names it (kibo 4.6). Bit n of a set is the n-th.
std::span<const std::string_view> mail_types();
std::string mail_list(std::uint32_t set);  // "otpForLogin,accountCreated", as the two settings hold it

struct Setting {
    std::string_view name;      // "ticket.access_life"
    std::string_view type;      // what is allowed, for people
    std::string_view standard;  // default as text
    std::string_view help;
    // Sets it from text, or says what is wrong.
    std::optional<std::string> (*read)(Settings&, std::string_view);
};
std::span<const Setting> setting_table();                                      // rules
std::optional<std::string> apply_setting(Settings&, std::string_view name, std::string_view value);  // error text or none

std::string_view without_port(std::string_view host);  // rules

// All shops of an installation and the domains of their sites, as they were at one time; a shop without a site has an empty one.
using Domains = std::vector<std::pair<std::string, RealmNo>>;
std::optional<RealmNo> only_shop(const Domains&);                          // rules; none: no shop, or several
std::optional<RealmNo> shop_at(const Domains&, std::string_view host);     // rules; as Realms::at_host()

// Names of settings and the values they are to have.
using Changes = std::vector<std::pair<std::string_view, std::string>>;
using Decide = std::function<Result<Changes>(const Settings&)>;

struct Site {
    std::uint32_t tenant{}, site{};
    std::string name, domain, locale_code, country_code, currency_code;
};

struct Realm {
    RealmNo no;
    Kind kind = Kind::shop;
    Uuid id;
    std::string name;
    std::string address;         // "https://shop.example", from configuration of the realm, never from a request (RS5)
    std::string default_locale = "en";  // of the shop's profile
    std::uint32_t version{};     // settings_version
    Time created_at{};
    Time updated_at{};           // of the newest setting
    Settings settings;
    std::vector<Site> sites;     // by tenant and site
    const Site* site(std::uint32_t tenant, std::uint32_t site) const;
    const Site* site_at(std::string_view host) const;  // rules
    bool has_tenant(std::uint32_t tenant) const;
    std::string issuer() const { return settings.jwt_issuer.empty() ? address : settings.jwt_issuer; }
};
using RealmPtr = std::shared_ptr<const Realm>;

// Where login names are unique; every realm has a default one.
struct PasswordProfile {
    std::string name;
    Time created_at{};
};

// What the shop says of itself (docs/freshcom.md). Empty texts: nothing.
struct ShopProfile {
    std::string name{};                  // the realm's where it has none of its own
    std::string company_name{}, default_locale = "en", website_url{}, support_email{}, tech_email{}, caption{}, description{};
    Json custom_data = Json::object({});
    std::optional<Time> updated_at{};
};
// What is absent stays as it is.
struct ShopProfileChange {
    std::optional<std::string> name{}, company_name{}, default_locale{}, website_url{}, support_email{}, tech_email{}, caption{}, description{};
    std::optional<Json> custom_data{};   // an object, which takes the place of the one there is
    std::optional<DefaultStep> default_step{};  // second_step.default
    std::vector<Refusal> found{};        // what the caller has found wrong with it, to be told with the rest
};
// rules: all that is wrong of it in one refusal, with the fields named as the members are.
Result<ShopProfileChange> checked(ShopProfileChange);
ShopProfile applied(ShopProfile, const ShopProfileChange&);

inline constexpr std::string_view operators_realm = "Store Desk";  // its name, which mails and authenticator apps show

struct NewRealm {
    std::string name, address;
    Site site;
};

class Realms {
public:
    Realms(Rng& rng, events::Events& events) : rng_(rng), events_(events) {}

    // The realm as it stands; from this worker's memory when `version` is the one kept, or, without a version, when
    // read within the last second. Fault when there is no such realm.
    RealmPtr get(db::Db&, Time now, RealmNo, std::optional<std::uint32_t> version = {});
    // The realm as it is stored at this moment, for who has just changed it or is about to.
    RealmPtr newest(db::Db&, Time now, RealmNo);

    // What `decide` makes of the settings as they stand, which nobody else changes meanwhile: all of it or none, in one
    // transaction; an event for each that becomes another, and the version rises once. `decide` may be asked more than once.
    Result<RealmPtr> set_all(db::Db&, const Context&, RealmNo, const Decide& decide);

    // For commands. Adding what is there with the same values gives it back; with others: bad_parameter.
    Result<RealmPtr> add(db::Db&, const Context&, const NewRealm&);
    Result<RealmPtr> add_site(db::Db&, const Context&, RealmNo, const Site&);
    // A site of the realm takes these values, and the realm this address where one is given. unknown_item: no such site.
    Result<RealmPtr> set_site(db::Db&, const Context&, RealmNo, const Site&, const std::optional<std::string>& address);
    Result<void> set(db::Db&, const Context&, RealmNo, std::string_view name, std::string_view value);
    ShopProfile shop_profile(db::Session&, const Realm&);
    // In one transaction, with policy.changed for what becomes another, of reason "account" where it is the profile. bad_parameter.
    Result<ShopProfile> set_shop_profile(db::Db&, const Context&, RealmNo, const ShopProfileChange&);
    std::optional<RealmNo> find(db::Session&, std::string_view name);
    std::vector<RealmNo> list(db::Session&);  // of both kinds
    // The realm of kind operators; none before the first operator was added.
    std::optional<RealmNo> operators(db::Session&);
    // Makes it, or gives back the one there is: whoever comes second reads what the first has made. It has no site, and its links
    // lead to the desk at this address. bad_parameter: a shop bears its name.
    Result<RealmPtr> add_operators(db::Db&, const Context&, const std::string& address);
    // Links in mails to operators lead there from now on.
    Result<RealmPtr> set_address(db::Db&, const Context&, RealmNo, const std::string& address);
    // The shop of this id, as get() has it; none: there is no such shop.
    RealmPtr with_id(db::Db&, Time now, const Uuid&);
    // The shop whose site a request's Host names, with or without its port; the only shop where there is just one. None: nobody's.
    std::optional<RealmNo> at_host(db::Session&, std::string_view host);
    // All of them as they were within the last five seconds, for who asks before every request of a guarded application. It
    // is one statement whatever hosts strangers make up.
    const Domains& domains_lately(db::Session&, Time now);
    std::map<std::string, std::string> changed_settings(db::Session&, RealmNo);
    PasswordProfile default_profile(db::Session&, RealmNo);  // Fault when there is no such realm

private:
    struct Kept {
        RealmPtr realm;
        Time read_at{};
    };
    RealmPtr read(db::Session&, RealmNo);
    Result<Changes> differing(db::Session&, RealmNo, const Decide&);
    Rng& rng_;
    events::Events& events_;
    std::map<std::uint32_t, Kept> kept_;
    Domains domains_;
    std::optional<Time> domains_read_at_;
};

}  // namespace authtickets::realms
