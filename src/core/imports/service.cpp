// SPDX-License-Identifier: MIT
// Batches of an import: judged and hashed outside of any transaction, added in one together with the import's own row.
#include <authtickets/core/imports.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>

#include "core/imports/store.h"

namespace authtickets::imports {
namespace {

Refusal taken_refusal(Column column) { return {.why = Why::name_taken, .field = std::string(name(column))}; }

// In `jobs` threads; the first exception flies on when all have ended.
template <class Work>
void in_parallel(unsigned jobs, std::size_t count, Work&& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr thrown;
    std::mutex guards_thrown;
    const auto take_all = [&] {
        for (auto i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard lock(guards_thrown);
                if (!thrown) thrown = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < std::min<std::size_t>(jobs, count); ++i) threads.emplace_back(take_all);
        take_all();
    }
    if (thrown) std::rethrow_exception(thrown);
}

// The column's width; what is cut off is not needed to know the file, which import_id does.
std::string cut_name(std::string_view file_name) {
    constexpr std::size_t width = 255;
    std::string out(file_name);
    while (text::code_points(out) > width || !is_utf8(out)) out.pop_back();
    return out;
}

}  // namespace

std::optional<State> Imports::find(db::Session& session, RealmNo realm, const ImportId& id) {
    return store::find(session, realm, id);
}

State Imports::begin(db::Db& db, const Context& context, const ImportId& id, std::string_view file_name) {
    store::insert(db, context, id, cut_name(file_name));
    auto state = store::find(db, context.realm, id);
    if (!state) throw Fault("the import's row is gone");  // only a purge beside it takes one, 90 days after its end
    return *state;
}

Batch Imports::prepare(db::Session& session, const Context& context, const realms::Realm& realm, std::vector<Line> lines,
                       unsigned jobs) {
    Batch batch{.lines = static_cast<std::uint32_t>(lines.size())};
    std::vector<std::optional<crypto::ForeignHash>> hashes;
    for (auto& line : lines) {
        batch.last_line = std::max(batch.last_line, line.last_line);
        if (!line.customer) {
            batch.refused.push_back(refused(line.line, line.customer.error()));
            continue;
        }
        // Kept apart meanwhile, so that customers do not hash it behind the gate.
        std::optional<crypto::ForeignHash> hash;
        auto& customer = *line.customer;
        if (customer.login) hash = std::exchange(customer.login->foreign, std::nullopt);
        auto prepared = customers_.prepare(session, context, realm, std::move(customer));
        if (!prepared) {
            batch.refused.push_back(refused(line.line, prepared.error()));
            continue;
        }
        batch.items.push_back({.line = line.line, .prepared = std::move(*prepared)});
        hashes.push_back(std::move(hash));
    }
    std::vector<std::optional<Secret>> stored(hashes.size());
    in_parallel(jobs, hashes.size(), [&](std::size_t i) {
        if (hashes[i]) stored[i] = crypto::stored_form(*hashes[i], cost_);
    });
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (!hashes[i]) continue;
        auto& prepared = batch.items[i].prepared;
        prepared.sealed_password = logins_.seal(context, prepared.login, prepared.user, *stored[i]);
        prepared.customer.login->foreign = std::move(hashes[i]);
    }
    return batch;
}

namespace {

// The numbers and user ids that a batch brings along and that are taken, as far as the batch has come.
class TakenIds {
public:
    TakenIds(db::Session& session, RealmNo realm, const Batch& batch) {
        std::vector<AccountNo> numbers;
        std::vector<UserId> users;
        for (const auto& item : batch.items) {
            if (item.prepared.customer.number) numbers.push_back(*item.prepared.customer.number);
            if (item.prepared.customer.user) users.push_back(*item.prepared.customer.user);
        }
        numbers_ = store::taken_numbers(session, realm, numbers);
        users_ = store::taken_users(session, realm, users);
    }
    std::optional<Refusal> refusal(const customers::NewCustomer& customer) const {
        if (customer.number && numbers_.contains(*customer.number)) return taken_refusal(Column::account_id);
        if (customer.user && users_.contains(*customer.user)) return taken_refusal(Column::user_id);
        return {};
    }
    void take(const customers::NewCustomer& customer) {
        if (customer.number) numbers_.insert(*customer.number);
        if (customer.user) users_.insert(*customer.user);
    }

private:
    std::set<AccountNo> numbers_{};
    std::set<UserId> users_{};
};

}  // namespace

State Imports::add(db::Db& db, const Context& context, const State& from, const Batch& batch,
                   const std::function<void(const std::vector<Refused>&)>& about_to_commit) {
    try {
        return add(db, context, from, batch, about_to_commit, true);
    } catch (const db::Duplicate&) {
        // Somebody took a number or an id between our look and our insert. This time each is looked for by itself.
        return add(db, context, from, batch, about_to_commit, false);
    }
}

State Imports::add(db::Db& db, const Context& context, const State& from, const Batch& batch,
                   const std::function<void(const std::vector<Refused>&)>& about_to_commit, bool in_batch) {
    return db.transact([&](db::Tx& tx) {
        if (!store::move(tx, context, from, batch.last_line)) {
            throw Fault("another run of this file is at work, or has been meanwhile");
        }
        auto refusals = batch.refused;
        std::optional<TakenIds> ids;
        if (in_batch) ids.emplace(tx, context.realm, batch);
        std::optional<AccountNo> last;
        int users = 0;
        const auto add_one = [&](const Batch::Item& item) {
            const auto& customer = item.prepared.customer;
            auto refusal = ids ? ids->refusal(customer) : std::nullopt;
            if (!refusal) {
                const auto added = customers_.add(tx, context, item.prepared, "import", in_batch);
                if (added) {
                    last = added->account.no;
                    if (customer.login) ++users;
                    if (ids) ids->take(customer);
                } else {
                    refusal = added.error();
                }
            }
            if (refusal) refusals.push_back(refused(item.line, *refusal));
        };
        if (in_batch) tx.gather([&] { std::ranges::for_each(batch.items, add_one); });
        else std::ranges::for_each(batch.items, add_one);
        std::ranges::stable_sort(refusals, {}, &Refused::line);
        const auto refused_count = static_cast<std::uint32_t>(refusals.size());
        const auto added_count = batch.lines - refused_count;
        if (in_batch && last) customers_.count(tx, context, *last, static_cast<int>(added_count), users);
        store::count(tx, context, from.id, added_count, refused_count);
        about_to_commit(refusals);
        State to = from;
        to.line = batch.last_line;
        to.added += added_count;
        to.refused += refused_count;
        return to;
    });
}

State Imports::finish(db::Db& db, const Context& context, State state) {
    store::finish(db, context, state.id);
    state.finished_at = context.now;
    return state;
}

std::optional<Refusal> Imports::judge(db::Session& session, const Context& context, const realms::Realm& realm,
                                      customers::NewCustomer customer) {
    if (customer.login) customer.login->foreign.reset();
    auto prepared = customers_.prepare(session, context, realm, customer);
    if (!prepared) return prepared.error();
    std::optional<std::string> user_name, email;
    if (customer.login) {
        user_name = text::normal_name(customer.login->user_name);
        email = text::normal_email(customer.profile.email);
    }
    const auto found = store::taken(session, realm.no, customer.number, customer.user, user_name, email);
    if (found.number) return taken_refusal(Column::account_id);
    if (found.user) return taken_refusal(Column::user_id);
    if (found.user_name) return taken_refusal(Column::user_name);
    if (found.email) return taken_refusal(Column::email);
    return {};
}

std::vector<State> Imports::unfinished(db::Session& session, RealmNo realm) { return store::unfinished(session, realm); }

std::uint64_t Imports::purge(db::Session& session, RealmNo realm, Time finished_before, unsigned most) {
    return store::purge(session, realm, finished_before, most);
}

}  // namespace authtickets::imports
