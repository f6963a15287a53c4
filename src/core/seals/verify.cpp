// SPDX-License-Identifier: MIT
// Checking a trail from its oldest row to its newest: two readers side by side, one of seals and one of events, a page of
// each in memory.
#include <authtickets/core/seals.h>

#include <algorithm>

#include "core/seals/store.h"

namespace authtickets::seals {
namespace {

constexpr unsigned page_size = 1000;
constexpr std::size_t looked_through = 256;  // of the events of a second, for the one too many

class Trail {
public:
    Trail(db::Session& session, RealmNo realm) : session_(session), realm_(realm) {}

    // The next event before a time; none: there is no other before it.
    const events::Stored* before(Time end) {
        if (at_ == page_.size() && !ended_) read_on();
        if (at_ == page_.size() || !(page_[at_].id < events::first_of(end))) return nullptr;
        return &page_[at_];
    }
    const events::Stored* next() {
        if (at_ == page_.size() && !ended_) read_on();
        return at_ == page_.size() ? nullptr : &page_[at_];
    }
    void pass() { ++at_; }

private:
    void read_on() {
        page_ = events::page(session_, realm_, {}, page_.empty() ? EventId{} : page_.back().id, page_size);
        ended_ = page_.size() < page_size;
        at_ = 0;
    }
    db::Session& session_;
    RealmNo realm_;
    std::vector<events::Stored> page_{};
    std::size_t at_ = 0;
    bool ended_ = false;
};

Bytes as_bytes_of(const crypto::Digest& digest) { return Bytes(digest.begin(), digest.end()); }

Finding unknown_key(const std::string& what, crypto::KeyId key) {
    return {.what = Broken::key_unknown, .text = what + " names key " + std::to_string(key) + ", which is not in the key file"};
}

class Walk {
public:
    Walk(crypto::Keyring& keys, events::Events& events, Sealer& sealer, db::Session& session, RealmNo realm, const Told& told)
        : keys_(keys), events_(events), sealer_(sealer), session_(session), realm_(realm), trail_(session, realm), told_(told) {}

    Verified all(const std::optional<Head>& head) {
        const auto newest = store::newest(session_, realm_);
        out_.finding = sealed(newest ? newest->no : 0, head);
        if (!out_.finding) out_.finding = not_yet_sealed();
        if (!out_.finding && head) out_.finding = end(*head);
        return std::move(out_);
    }

private:
    std::optional<Finding> sealed(std::uint64_t last, const std::optional<Head>& head) {
        for (std::uint64_t after = 0; after < last;) {
            const auto page = store::page(session_, realm_, after, last, page_size);
            if (page.empty()) break;  // the rest has gone since: the next one's place tells
            for (const auto& seal : page) {
                if (auto finding = one(seal, head)) return finding;
            }
            after = page.back().no;
        }
        if (out_.last || told_.first_seal == 1) return {};
        return Finding{.what = Broken::seal_missing, .seal = told_.first_seal,
                     .text = "seal " + std::to_string(told_.first_seal) + " and all after it are missing"};
    }

    std::optional<Finding> one(const Seal& seal, const std::optional<Head>& head) {
        const auto what = "seal " + std::to_string(seal.no);
        if (auto finding = judge_place(seal, out_.last, told_); finding && finding->what == Broken::seal_missing) return finding;
        if (!keys_.subkey(crypto::Purpose::event, seal.key_id)) return unknown_key(what, seal.key_id);
        if (!sealer_.verify(seal)) return Finding{.what = Broken::seal_changed, .seal = seal.no, .text = what + " was changed"};
        if (auto finding = judge_place(seal, out_.last, told_)) return finding;
        if (head && head->no == seal.no && !crypto::equal(head->chain_hash, seal.chain_hash)) {
            return Finding{.what = Broken::head_differs, .seal = seal.no, .text = what + " is not the one that the head names"};
        }
        if (auto finding = events_of(seal)) return finding;
        if (out_.first_seal == 0) out_.first_seal = seal.no;
        out_.last = seal;
        ++out_.seals;
        return {};
    }

    std::optional<Finding> events_of(const Seal& seal) {
        Found found;
        crypto::Sha256 hash;
        std::vector<store::Mac> some;
        const auto begins = events::first_of(seal.to - std::chrono::seconds(1));
        const auto owed_from = events::first_of(told_.before);
        for (; const auto* const event = trail_.before(seal.to); trail_.pass()) {
            bool intact = false;
            if (auto finding = look_at(*event, intact)) return finding;
            if (event->id < begins) {
                // What a purge with a limit has left of a second whose seal went is older than what it told of.
                if (!intact && event->id < owed_from) return changed(*event);
                if (!found.outside && !(event->id < owed_from)) found.outside = event->id;
                continue;
            }
            ++found.count;
            hash.feed(event->mac);
            if (some.size() <= looked_through) some.push_back({event->id, event->mac});
            if (intact) continue;
            ++found.not_intact;
            if (!found.first_not_intact) found.first_not_intact = event->id;
        }
        found.hash = as_bytes_of(hash.finish());
        if (found.count == std::uint64_t{seal.count} + 1 && some.size() == found.count) found.odd_one_out = odd_one_out(some, seal.events_hash);
        return judge_events(seal, found, told_);
    }

    static std::optional<EventId> odd_one_out(const std::vector<store::Mac>& events, const Bytes& wanted) {
        for (const auto& without : events) {
            crypto::Sha256 hash;
            for (const auto& each : events) {
                if (&each != &without) hash.feed(each.mac);
            }
            if (crypto::equal(hash.finish(), wanted)) return without.id;
        }
        return {};
    }

    std::optional<Finding> not_yet_sealed() {
        for (; const auto* const event = trail_.next(); trail_.pass()) {
            bool intact = false;
            if (auto finding = look_at(*event, intact)) return finding;
            if (!intact) return changed(*event);
            if (out_.unsealed++ == 0) out_.unsealed_since = event->at;
        }
        return {};
    }

    static Finding changed(const events::Stored& event) {
        return {.what = Broken::event_changed, .event = event.id,
                .text = "event " + dashed(event.id.value) + " of " + iso8601(time_of(event.id.value)) + " was changed"};
    }

    std::optional<Finding> look_at(const events::Stored& event, bool& intact) {
        ++out_.events;
        if (!keys_.subkey(crypto::Purpose::event, event.key_id)) {
            auto finding = unknown_key("event " + dashed(event.id.value), event.key_id);
            finding.event = event.id;
            return finding;
        }
        intact = events_.verify(event);
        const bool tells = intact && event.name == "chain.verified" && event.outcome == "success";
        return tells ? seen_before(event) : std::nullopt;
    }

    // An earlier check that found nothing wrong has written down where the chain ended then.
    std::optional<Finding> seen_before(const events::Stored& event) {
        const auto details = parse_json(event.details);
        const auto* const no = details ? details->find("sealNo") : nullptr;
        const auto* const hash = details ? details->find("chainHash") : nullptr;
        if (!no || !hash || !hash->text() || no->integer().value_or(0) <= 0) return {};
        const auto number = static_cast<std::uint64_t>(*no->integer());
        if (number < told_.first_seal) return {};
        const auto seal = store::numbered(session_, realm_, number);
        const auto what = "seal " + std::to_string(number) + ", which the check of " + iso8601(event.at) + " has seen, ";
        if (!seal) return Finding{.what = Broken::cut_off, .seal = number, .event = event.id, .text = what + "is not there any more"};
        if (hex(seal->chain_hash) == *hash->text()) return {};
        return Finding{.what = Broken::head_differs, .seal = number, .event = event.id, .text = what + "is another one now"};
    }

    std::optional<Finding> end(const Head& head) const {
        const auto what = "seal " + std::to_string(head.no) + ", which the head names, ";
        if (!out_.last || head.no > out_.last->no) {
            return Finding{.what = Broken::cut_off, .seal = head.no, .text = what + "is cut off: "
                         + (out_.last ? "the chain ends with seal " + std::to_string(out_.last->no) : "there is no seal at all")};
        }
        if (head.no >= out_.first_seal) return {};
        return Finding{.what = Broken::head_purged, .seal = head.no,
                     .text = what + "is purged: the chain begins with seal " + std::to_string(out_.first_seal) + ", so it proves nothing"};
    }

    crypto::Keyring& keys_;
    events::Events& events_;
    Sealer& sealer_;
    db::Session& session_;
    RealmNo realm_;
    Trail trail_;
    Told told_;
    Verified out_{};
};

}  // namespace

Verified Sealer::verify(db::Session& session, RealmNo realm, const std::optional<Head>& head) {
    for (auto before = told(session, events_, realm);;) {
        auto verified = Walk(keys_, events_, *this, session, realm, before).all(head);
        if (!verified.finding) return verified;
        // What a purge beside us has taken meanwhile looks missing until it has told of it.
        const auto now = told(session, events_, realm);
        if (now == before) return verified;
        before = now;
    }
}

}  // namespace authtickets::seals
