// SPDX-License-Identifier: MIT
// Realms, their sites and settings. One table of settings gives name, allowed values, default and help;
// a worker keeps what it read until it sees another settings_version, and at most a second (design: data).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/db/db.h>

namespace authtickets::realms {

enum class PasswordPolicy { documented, standard };  // X1

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
};

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

struct Site {
    std::uint32_t tenant{}, site{};
    std::string name, domain, locale_code, country_code, currency_code;
};

struct Realm {
    RealmNo no;
    Uuid id;
    std::string name;
    std::string address;         // "https://shop.example", from configuration of the realm, never from a request (RS5)
    std::uint32_t version{};     // settings_version
    Settings settings;
    std::vector<Site> sites;     // by tenant and site
    const Site* site(std::uint32_t tenant, std::uint32_t site) const;
    bool has_tenant(std::uint32_t tenant) const;
    std::string issuer() const { return settings.jwt_issuer.empty() ? address : settings.jwt_issuer; }
};
using RealmPtr = std::shared_ptr<const Realm>;

// Where login names are unique; every realm has a default one.
struct PasswordProfile {
    std::string name;
    Time created_at{};
};

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

    // For commands. Adding what is there with the same values gives it back; with others: bad_parameter.
    Result<RealmPtr> add(db::Db&, const Context&, const NewRealm&);
    Result<RealmPtr> add_site(db::Db&, const Context&, RealmNo, const Site&);
    // A site of the realm takes these values, and the realm this address where one is given. unknown_item: no such site.
    Result<RealmPtr> set_site(db::Db&, const Context&, RealmNo, const Site&, const std::optional<std::string>& address);
    Result<void> set(db::Db&, const Context&, RealmNo, std::string_view name, std::string_view value);
    std::optional<RealmNo> find(db::Session&, std::string_view name);
    std::vector<RealmNo> list(db::Session&);
    std::map<std::string, std::string> changed_settings(db::Session&, RealmNo);
    PasswordProfile default_profile(db::Session&, RealmNo);  // Fault when there is no such realm

private:
    struct Kept {
        RealmPtr realm;
        Time read_at{};
    };
    RealmPtr read(db::Session&, RealmNo);
    Rng& rng_;
    events::Events& events_;
    std::map<std::uint32_t, Kept> kept_;
};

}  // namespace authtickets::realms
