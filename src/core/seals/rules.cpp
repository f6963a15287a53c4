// SPDX-License-Identifier: MIT
// Seals, the pure part: what a seal covers, and what is wrong with one. docs/events.md tells others how to compute it.
#include <authtickets/core/seals.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace authtickets::seals {
namespace {

void field(ByteWriter& out, ByteView bytes) {
    out.number(static_cast<std::uint32_t>(bytes.size()));
    out.raw(bytes);
}

std::string seal_text(std::uint64_t no) { return "seal " + std::to_string(no); }
std::string event_text(const EventId& id) { return "event " + dashed(id.value) + " of " + iso8601(time_of(id.value)); }
std::string second_text(const Seal& seal) { return "the second before " + iso8601_seconds(seal.to) + "Z"; }

}  // namespace

std::string_view name(Broken what) {
    constexpr std::array<std::string_view, 11> names{"event_changed", "event_added",  "event_missing", "event_replaced",
                                                     "seal_changed",  "seal_missing", "chain_broken",  "cut_off",
                                                     "head_differs",  "head_purged",  "key_unknown"};
    return names[static_cast<std::size_t>(what)];
}

Time second_of(Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

Time closed_before(Time now) { return second_of(now - settling); }

crypto::Digest chain_hash(ByteView previous, const Seal& seal) {
    ByteWriter bytes;
    bytes.raw(previous);
    bytes.number(seal.realm.value);
    bytes.number(seal.no);
    bytes.raw(as_bytes(sql_text(seal.to)));  // 23 letters, as the column is shown
    bytes.number(seal.count);
    bytes.raw(seal.events_hash);
    return crypto::sha256(bytes.bytes());
}

// The name in front keeps it apart from the form of an event, whose MAC is of the same key: one that begins so would be of
// realm 11, with an id of more than a thousand million bytes.
Bytes sealed_form(const Seal& seal) {
    ByteWriter out;
    field(out, as_bytes("event_seals"));
    out.number(seal.realm.value);
    out.number(seal.no);
    field(out, as_bytes(sql_text(seal.to)));
    out.number(seal.count);
    field(out, seal.events_hash);
    field(out, seal.chain_hash);
    out.number(seal.key_id);
    return out.take();
}

std::string text(const Head& head) { return std::to_string(head.no) + ":" + hex(head.chain_hash); }

std::optional<Head> parse_head(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos) return {};
    Head head;
    const auto* const end = text.data() + colon;
    const auto [stop, fault] = std::from_chars(text.data(), end, head.no);
    if (fault != std::errc{} || stop != end || head.no == 0) return {};
    auto hash = from_hex(text.substr(colon + 1));
    if (!hash || hash->size() != 32) return {};
    head.chain_hash = std::move(*hash);
    return head;
}

std::optional<Finding> judge_place(const Seal& seal, const std::optional<Seal>& before, const Told& told) {
    // Without one before: the first of all, or the first that a purge has left.
    const auto expected = before ? before->no + 1 : std::min(seal.no, told.first_seal);
    if (seal.no != expected) {
        const auto last = seal.no - 1;
        return Finding{.what = Broken::seal_missing, .seal = expected,
                     .text = last > expected ? "seals " + std::to_string(expected) + " to " + std::to_string(last) + " are missing"
                                             : seal_text(expected) + " is missing"};
    }
    if (!before && seal.no != 1) return {};  // what it followed is gone; its own MAC vouches for it
    const Bytes zeros(32, 0);
    const bool later = !before || before->to < seal.to;
    if (later && crypto::equal(chain_hash(before ? before->chain_hash : zeros, seal), seal.chain_hash)) return {};
    return Finding{.what = Broken::chain_broken, .seal = seal.no,
                 .text = before ? seal_text(seal.no) + " does not follow " + seal_text(before->no) : seal_text(seal.no) + " does not begin the chain"};
}

std::optional<Finding> judge_events(const Seal& seal, const Found& found, const Told& told) {
    const auto sealed = " (" + seal_text(seal.no) + ")";
    if (found.outside) {
        return Finding{.what = Broken::event_added, .seal = seal.no, .event = found.outside,
                     .text = event_text(*found.outside) + " was added: when the seconds around it were sealed there was none in its own" + sealed};
    }
    if (found.count > seal.count) {
        const auto more = found.count - seal.count;
        // A row that proves nothing is the one that came: those that were sealed prove themselves.
        const auto culprit = more == found.not_intact ? found.first_not_intact : found.odd_one_out;
        const auto where = " added to " + second_text(seal) + " after it was sealed" + sealed;
        const auto what = culprit ? event_text(*culprit) : std::to_string(more) + (more == 1 ? " event" : " events");
        return Finding{.what = Broken::event_added, .seal = seal.no, .event = culprit,
                     .text = what + (culprit || more == 1 ? " was" : " were") + where};
    }
    const bool past_retention = seal.to <= told.before;
    if (found.count < seal.count && !past_retention) {
        const auto less = seal.count - found.count;
        return Finding{.what = Broken::event_missing, .seal = seal.no,
                     .text = std::to_string(less) + " of " + std::to_string(seal.count) + " events of " + second_text(seal)
                             + (less == 1 ? " is" : " are") + " missing" + sealed};
    }
    if (found.first_not_intact) {
        return Finding{.what = Broken::event_changed, .seal = seal.no, .event = found.first_not_intact,
                     .text = event_text(*found.first_not_intact) + " was changed" + sealed};
    }
    if (found.count < seal.count || crypto::equal(found.hash, seal.events_hash)) return {};
    return Finding{.what = Broken::event_replaced, .seal = seal.no,
                 .text = "the events of " + second_text(seal) + " are not those that were sealed" + sealed};
}

}  // namespace authtickets::seals
