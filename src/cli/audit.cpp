// SPDX-License-Identifier: MIT
// `audit export`, `audit verify`, `audit head`: the audit trail page by page, so that a year of it needs no more memory than
// a minute of it.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

constexpr unsigned page_size = 1000;

std::string reason(int error) { return std::generic_category().message(error); }

// Standard output, or a file that was not there before. A file that was not finished is taken away.
class Outlet {
public:
    explicit Outlet(std::string path) : path_(std::move(path)) {
        if (path_.empty()) return;
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor_ < 0) {
            throw Failed("--out " + path_ + (errno == EEXIST ? ": there is such a file already" : ": " + reason(errno)));
        }
    }
    Outlet(const Outlet&) = delete;
    Outlet& operator=(const Outlet&) = delete;
    ~Outlet() {
        if (descriptor_ < 0) return;
        ::close(descriptor_);
        if (!finished_) ::unlink(path_.c_str());
    }

    void write(std::string_view text) {
        if (path_.empty()) {
            if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed("standard output");
            return;
        }
        while (!text.empty()) {
            const auto count = ::write(descriptor_, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) failed(path_);
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void finish() {
        if (path_.empty() ? std::fflush(stdout) != 0 : ::fsync(descriptor_) != 0 && errno != EINVAL) failed(path_);
        finished_ = true;
    }

private:
    [[noreturn]] static void failed(const std::string& what) { throw Failed(what + " cannot be written: " + reason(errno)); }
    std::string path_;
    int descriptor_ = -1;
    bool finished_ = false;
};

// A day alone is its beginning.
std::optional<Time> time(const Arguments& arguments, std::string_view flag) {
    const auto text = arguments.text(flag);
    if (!arguments.has(flag)) return std::nullopt;
    auto time = parse_iso8601(text);
    if (!time) time = parse_iso8601(text + "T00:00:00Z");
    if (!time) throw WrongUse(std::string(flag) + " must be a time such as 2026-01-15 or 2026-01-15T10:20:30Z");
    return time;
}

events::Wanted wanted(const Arguments& arguments) {
    events::Wanted wanted{.from = time(arguments, "--from"), .to = time(arguments, "--to")};
    if (wanted.from && wanted.to && *wanted.to <= *wanted.from) throw WrongUse("--to must be after --from");
    if (arguments.has("--user")) {
        const auto id = parse_uuid(arguments.text("--user"));
        if (!id) throw WrongUse("--user must be a user id, such as account show and login show print it");
        wanted.user = UserId{*id};
    }
    if (arguments.has("--account")) wanted.account = AccountNo{arguments.number("--account", 1, 4294967295)};
    return wanted;
}

}  // namespace

Output audit_export(World& world, const Arguments& arguments) {
    const auto form = arguments.text("--format", "ndjson");
    if (form != "ndjson" && form != "csv") throw WrongUse("--format must be ndjson or csv");
    const auto path = arguments.text("--out");
    if (arguments.has("--out") && path.empty()) throw WrongUse("--out must not be empty");
    if (arguments.json() && path.empty()) {
        throw WrongUse("--json needs --out: without it the events themselves go to standard output");
    }
    const auto asked = wanted(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto next = [&](const EventId& after) { return events::page(core.db, realm->no, asked, after, page_size); };

    auto page = next({});
    Outlet outlet(path);
    if (form == "csv") outlet.write(events::csv_head());
    std::uint64_t count = 0, broken = 0;
    std::string first_broken;
    while (!page.empty()) {
        std::string text;
        for (const auto& event : page) {
            const bool intact = core.events.verify(event);
            text.append(form == "csv" ? events::as_csv(event, realm->name, intact) : events::as_json(event, realm->name, intact).dump() + "\n");
            ++count;
            if (!intact && ++broken == 1) first_broken = dashed(event.id.value);
        }
        outlet.write(text);
        if (page.size() < page_size) break;
        page = next(EventId{page.back().id});
    }
    outlet.finish();
    if (broken != 0) {
        throw Failed(std::to_string(broken) + " of " + std::to_string(count) + " events are not intact, the first is " + first_broken
                     + ": they were changed, or their key is not in " + world.config().keys_file);
    }
    return {.json = Json::object({{"events", static_cast<std::int64_t>(count)}, {"notIntact", 0}, {"file", path}}),
            .text = path.empty() ? "" : std::to_string(count) + " events are written to " + shown(path) + "\n",
            .written = path.empty()};
}

namespace {

Json number(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

// What chain.verified tells: where the chain ended, so that a later check finds out when that is not there any more.
Json::Object told(const seals::Verified& verified) {
    Json::Object out{{"events", number(verified.events)},
                     {"seals", number(verified.seals)},
                     {"notSealed", number(verified.unsealed)},
                     {"firstSeal", verified.last ? number(verified.first_seal) : Json()},
                     {"sealNo", verified.last ? number(verified.last->no) : Json()},
                     {"chainHash", verified.last ? Json(hex(verified.last->chain_hash)) : Json()}};
    if (verified.finding) out.emplace_back("finding", verified.finding->text);
    return out;
}

}  // namespace

Output audit_verify(World& world, const Arguments& arguments) {
    std::optional<seals::Head> head;
    if (arguments.has("--head")) {
        head = seals::parse_head(arguments.text("--head"));
        if (!head) throw WrongUse("--head must be what audit head printed: the number of a seal, a colon, and 64 hexadecimal digits");
    }
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto verified = core.seals.verify(core.db, realm->no, head);
    const auto& finding = verified.finding;
    core.db.transact([&](db::Tx& tx) {
        core.events.write(tx, world.context(realm->no),
                          {.name = events::Name::chain_verified,
                           .success = !finding,
                           .reason = finding ? seals::name(finding->what) : std::string_view{},
                           .actor = "command",
                           .details = Json(told(verified))});
        return true;
    });
    if (finding) {
        throw Failed(finding->text + (finding->what == seals::Broken::key_unknown ? " " + world.config().keys_file : ""));
    }
    auto json = told(verified);
    json.insert(json.begin(), {"realm", realm->name});
    json.emplace_back("notSealedSince", cli::json(verified.unsealed_since));
    Sheet sheet;
    sheet.line("events", std::to_string(verified.events));
    sheet.line("seals", std::to_string(verified.seals));
    sheet.line("not yet sealed", std::to_string(verified.unsealed)
               + (verified.unsealed_since ? ", since " + shown(*verified.unsealed_since) : ""));
    sheet.line("head", verified.last ? seals::text({verified.last->no, verified.last->chain_hash}) : "");
    return {.json = Json(std::move(json)), .text = "Nothing was changed.\n" + sheet.text()};
}

Output audit_head(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto seal = core.seals.newest(core.db, realm->no);
    if (!seal) throw Failed("nothing is sealed yet: the worker (authtickets deliver) seals what is a minute old");
    if (!core.seals.verify(*seal)) throw Failed("seal " + std::to_string(seal->no) + " is not intact; see authtickets audit verify");
    const auto head = seals::text({seal->no, seal->chain_hash});
    return {.json = Json::object({{"realm", realm->name},
                                  {"head", head},
                                  {"sealNo", number(seal->no)},
                                  {"chainHash", hex(seal->chain_hash)},
                                  {"sealedTo", iso8601(seal->to)}}),
            .text = head + "\n"};
}

}  // namespace authtickets::cli
