// SPDX-License-Identifier: MIT
// Lists of customers: a query made ready, a page, and an export of many pages.
#include <authtickets/core/directory.h>

#include <algorithm>

#include <authtickets/text/csv.h>
#include <authtickets/text/names.h>

#include "core/directory/store.h"

namespace authtickets::directory {
namespace {

constexpr std::size_t longest_term = 254;  // an e-mail address

store::Wanted wanted_of(const realms::Realm& realm, Time now, const Query& query) {
    const auto release = realm.settings.lock_release;
    store::Wanted out{.realm = realm.no,
                      .whole = text::trimmed(query.search),
                      .status = query.status,
                      .sort = query.sort,
                      .falling = query.falling.value_or(falls(query.sort)),
                      .locked_since = release.count() == 0 ? Time{} : now - release,
                      .offset = query.offset,
                      .limit = std::clamp<std::uint32_t>(query.limit, 1, most_limit)};
    if (out.whole.empty()) return out;
    out.normal = text::folded(out.whole);
    const auto gap = out.whole.find(' ');
    if (gap == out.whole.npos) return out;
    const auto second = text::trimmed(out.whole.substr(gap));
    if (second.find(' ') != second.npos) return out;
    out.first = out.whole.substr(0, gap);
    out.second = second;
    return out;
}

// What no name can be: too long, or no text.
bool senseless(const store::Wanted& wanted) { return wanted.whole.size() > longest_term || (!wanted.whole.empty() && wanted.normal.empty()); }

std::vector<Customer> rows(db::Session& session, const store::Wanted& wanted) {
    std::vector<Customer> out;
    for (auto& [customer, locked_at] : store::list(session, wanted)) {
        customer.locked = locked_at && *locked_at > wanted.locked_since;
        out.push_back(std::move(customer));
    }
    return out;
}

void append_line(std::string& csv, std::initializer_list<std::string> cells) {
    bool first = true;
    for (const auto& cell : cells) {
        if (!first) csv.push_back(',');
        first = false;
        csv.append(text::csv_cell(cell));
    }
    csv.append("\r\n");
}

}  // namespace

Page Directory::list(db::Session& session, const realms::Realm& realm, Time now, const Query& query) {
    const auto wanted = wanted_of(realm, now, query);
    if (senseless(wanted)) return {};
    Page page{.items = rows(session, wanted), .total = store::count(session, wanted, most_shown + 1)};
    page.more = page.total > most_shown;
    page.total = std::min<std::uint64_t>(page.total, most_shown);
    page.broad = !wanted.whole.empty() && store::broad(session, wanted);
    return page;
}

Export Directory::exported(db::Session& session, const realms::Realm& realm, Time now, const Query& query) {
    constexpr std::uint32_t at_once = 1000;
    auto wanted = wanted_of(realm, now, query);
    wanted.limit = at_once;
    Export out;
    append_line(out.csv, {"account", "userName", "firstName", "lastName", "company", "email", "status", "twoStep", "lastSignInAt", "createdAt"});
    if (senseless(wanted)) return out;
    for (wanted.offset = 0; wanted.offset < most_shown; wanted.offset += at_once) {
        const auto page = rows(session, wanted);
        for (const auto& each : page) {
            append_line(out.csv, {std::to_string(each.account.value), each.user_name, each.first_name, each.last_name, each.company, each.email,
                                  std::string(name(each.status())), std::string(name(each.two_step)),
                                  each.last_sign_in_at ? iso8601(*each.last_sign_in_at) : "", iso8601(each.created_at)});
        }
        out.rows += static_cast<std::uint32_t>(page.size());
        if (page.size() < at_once) break;
    }
    out.cut = (out.rows == most_shown && store::count(session, wanted, most_shown + 1) > most_shown)
              || (!wanted.whole.empty() && store::broad(session, wanted));
    return out;
}

}  // namespace authtickets::directory
