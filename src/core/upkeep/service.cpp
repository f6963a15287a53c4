// SPDX-License-Identifier: MIT
// Purging and revoking in small steps, beside requests.
#include <authtickets/core/upkeep.h>

#include <algorithm>

#include <authtickets/core/accounts.h>
#include <authtickets/core/applications.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/links.h>
#include <authtickets/core/one_time.h>
#include <authtickets/core/seals.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/totp.h>
#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>

namespace authtickets::upkeep {
namespace {

// Takes rows of one table, step by step, until a step finds fewer than it may take.
class Steps {
public:
    Steps(db::Db& db, Purged& purged, std::optional<std::uint64_t> limit) : db_(db), purged_(purged), limit_(limit) {}

    // work(tx, most) gives how many rows it took. Gives those of all steps.
    template <class Work>
    std::uint64_t take(Table table, Work&& work) {
        std::uint64_t sum = 0;
        while (true) {
            const auto most = static_cast<unsigned>(std::min<std::uint64_t>(step, left(table)));
            if (most == 0) {
                purged_.complete = false;
                return sum;
            }
            const auto took = db_.transact([&](db::Tx& tx) { return work(tx, most); });
            purged_.of(table) += took;
            sum += took;
            if (took < most) return sum;
        }
    }

    // Rows that may still go.
    std::uint64_t left(Table table) const { return limit_ ? *limit_ - std::min(*limit_, purged_.of(table)) : step; }

private:
    db::Db& db_;
    Purged& purged_;
    std::optional<std::uint64_t> limit_;
};

template <class Id>
Id highest() {
    Id id;
    id.value.bytes.fill(0xFF);
    return id;
}

Json number(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

void erase_what_is_owed(db::Db& db, RealmNo realm, Steps& steps) {
    constexpr unsigned at_once = 100;
    while (true) {
        const auto owed = events::owed_erasures(db, realm, at_once);
        for (const auto& each : owed) {
            steps.take(Table::erased, [&](db::Tx& tx, unsigned most) { return events::erase(tx, realm, each, most); });
            if (steps.left(Table::erased) == 0) return;  // it stays owed
            db.transact([&](db::Tx& tx) { return events::erased(tx, realm, each); });
        }
        if (owed.size() < at_once) return;
    }
}

}  // namespace

// In a transaction, which is tried again where a single statement would not be.
void Upkeep::write(db::Db& db, const Context& context, const events::Event& event) {
    db.transact([&](db::Tx& tx) {
        events_.write(tx, context, event);
        return true;
    });
}

Purged Upkeep::purge(db::Db& db, const Context& context, const std::vector<realms::RealmPtr>& realms,
                     std::optional<std::uint64_t> limit) {
    Purged purged;
    Steps steps(db, purged, limit);
    const Time dead = dead_before(context.now);
    for (const auto& realm : realms) {
        const auto no = realm->no;
        steps.take(Table::tickets, [&](db::Tx& tx, unsigned most) { return tickets::purge(tx, no, dead, most); });
        steps.take(Table::anonymous_claims, [&](db::Tx& tx, unsigned most) { return tickets::purge_claims(tx, no, dead, most); });
        steps.take(Table::application_tokens, [&](db::Tx& tx, unsigned most) { return applications::purge(tx, no, dead, most); });
        steps.take(Table::throttles, [&](db::Tx& tx, unsigned most) { return throttle::purge(tx, no, dead, most); });
        steps.take(Table::codes, [&](db::Tx& tx, unsigned most) { return codes::purge(tx, no, dead, most); });
        steps.take(Table::code_failures, [&](db::Tx& tx, unsigned most) { return codes::purge_failures(tx, no, dead, most); });
        steps.take(Table::one_time_tokens, [&](db::Tx& tx, unsigned most) { return one_time::purge(tx, no, dead, most); });
        steps.take(Table::one_time_tries, [&](db::Tx& tx, unsigned most) { return one_time::purge_tries(tx, no, dead, most); });
        steps.take(Table::verification_codes, [&](db::Tx& tx, unsigned most) { return verifications::purge(tx, no, dead, most); });
        steps.take(Table::verification_tries, [&](db::Tx& tx, unsigned most) { return verifications::purge_tries(tx, no, dead, most); });
        steps.take(Table::links, [&](db::Tx& tx, unsigned most) { return links::purge(tx, no, dead, most); });
        steps.take(Table::devices, [&](db::Tx& tx, unsigned most) { return devices::purge(tx, no, dead, most); });
        steps.take(Table::totp_setups, [&](db::Tx& tx, unsigned most) { return totp::purge_setups(tx, no, dead, most); });
        steps.take(Table::deliveries, [&](db::Tx& tx, unsigned most) { return deliveries::purge(tx, no, context.now - deliveries::kept, most); });
        steps.take(Table::imports, [&](db::Tx& tx, unsigned most) { return imports_.purge(tx, no, imports_kept_from(context.now), most); });
    }
    // The trail after all else: where no maintaining user is configured, this is refused.
    for (const auto& realm : realms) {
        const auto no = realm->no;
        erase_what_is_owed(db, no, steps);

        const Time kept = kept_from(context.now, realm->settings);
        steps.take(Table::account_changes, [&](db::Tx& tx, unsigned most) { return accounts::purge_log(tx, no, kept, most); });
        const Time whole = seals::second_of(kept);  // a second that is sealed goes as one
        const auto events = steps.take(Table::events, [&](db::Tx& tx, unsigned most) { return events::purge(tx, no, whole, most); });
        const auto seals = steps.take(Table::event_seals, [&](db::Tx& tx, unsigned most) { return seals::purge(tx, no, whole, most); });
        const auto first_seal = seals::first_left(db, no);
        // A run that died after its last step has told nobody.
        if (events + seals == 0 && first_seal <= seals::told(db, events_, no).first_seal) continue;
        Context own = context;
        own.realm = no;
        auto details = Json::object({{"events", number(events)}, {"seals", number(seals)}, {"before", iso8601(whole)},
                                     {"firstSeal", number(first_seal)}});
        write(db, own, {.name = events::Name::audit_purged, .actor = "command", .details = std::move(details)});
    }
    return purged;
}

Revoked Upkeep::revoke(db::Db& db, const Context& context, RealmNo realm) {
    Context own = context;
    own.realm = realm;
    Revoked revoked;
    // Applications first: they have no epoch, and ask for a new ticket at their next call.
    for (std::uint64_t took = step; took == step; revoked.application_tickets += took) {
        took = db.transact([&](db::Tx& tx) { return applications::revoke(tx, realm, step); });
    }
    const auto epoch = fresh_epoch(context.now);
    for (std::optional<UserId> after = UserId{}; after;) {
        const auto last = users::end_of_page(db, realm, *after);
        revoked.users += db.transact(
            [&](db::Tx& tx) { return users::raise_epochs(tx, own, *after, last.value_or(highest<UserId>()), epoch); });
        after = last;
    }
    // From here on no ticket of before is alive; those of sign-ins meanwhile carry the new epoch, and stay.
    for (std::optional<TicketId> after = TicketId{}; after;) {
        const auto last = tickets::end_of_page(db, realm, *after);
        revoked.tickets += db.transact(
            [&](db::Tx& tx) { return tickets::revoke(tx, realm, *after, last.value_or(highest<TicketId>()), epoch); });
        after = last;
    }
    auto details = Json::object({{"users", number(revoked.users)},
                                 {"tickets", number(revoked.tickets)},
                                 {"applicationTickets", number(revoked.application_tickets)}});
    write(db, own, {.name = events::Name::realm_revoked, .actor = "command", .details = std::move(details)});
    return revoked;
}

Revoked Upkeep::would_revoke(db::Session& session, RealmNo realm) {
    return {.users = users::count(session, realm),
            .tickets = tickets::count(session, realm),
            .application_tickets = applications::count_tickets(session, realm)};
}

}  // namespace authtickets::upkeep
