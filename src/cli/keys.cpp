// SPDX-License-Identifier: MIT
// `keys ...`: the key file. Only `drop` needs the database.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/recovery_codes.h>

#include "cli/commands.h"
#include "cli/key_rules.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using crypto::FileKey;
using crypto::KeyFile;

// Two commands at once must not undo each other: the folder is locked while one reads, decides and writes.
class FolderLock {
public:
    explicit FolderLock(const std::string& file) {
        const auto folder = file.substr(0, std::max<std::size_t>(file.rfind('/'), 1));
        descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) {
            throw Failed("folder " + folder + " of keys.file: " + std::generic_category().message(errno));
        }
    }
    FolderLock(const FolderLock&) = delete;
    ~FolderLock() { ::close(descriptor_); }

private:
    int descriptor_;
};

bool missing(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) != 0 && errno == ENOENT;
}

KeyFile read(const std::string& path) {
    if (missing(path)) throw Failed("there is no key file " + path + "; make it: authtickets keys new");
    return crypto::read_key_file(path);
}

FileKey& named(KeyFile& file, const std::string& path, const Arguments& arguments) {
    const auto id = whole_number("ID", arguments.operands().at(0), 1, 4294967295);
    for (auto& key : file.keys) {
        if (key.id == id) return key;
    }
    throw Failed("there is no key " + std::to_string(id) + " in " + path + "; see authtickets keys list");
}

Json json(const KeyFile& file, const FileKey& key, Time now) {
    const auto at = standing(file, key, now);
    return Json::object({{"id", std::int64_t{key.id}},
                         {"state", name(at.state)},
                         {"createdAt", iso8601(key.created_at)},
                         {"signsFrom", iso8601(key.signs_from)},
                         {"signedUntil", cli::json(at.signed_until)},
                         {"dropFrom", cli::json(at.drop_from)}});
}

Output one(const KeyFile& file, const FileKey& key, const std::string& path, Time now) {
    const auto at = standing(file, key, now);
    return {.json = json(file, key, now),
            .text = Sheet()
                        .line("key file", path)
                        .line("key", std::to_string(key.id))
                        .line("state", name(at.state))
                        .line("signs from", shown(key.signs_from))
                        .text()};
}

void refuse_used(World& world, crypto::KeyId id) {
    db::Db db(world.config(), db::Rights::serve, world.clock(), world.log());
    const auto key = "key " + std::to_string(id);
    if (logins::names_key(db, id)) {
        throw Failed(key + " still seals passwords: authtickets keys reseal brings them under the key that signs");
    }
    if (subscriptions::names_key(db, id)) {
        throw Failed(key + " still seals secrets of web hooks: authtickets keys reseal brings them under the key that signs");
    }
    if (outbox::names_key(db, id) || deliveries::names_key(db, id)) {
        throw Failed(key + " still seals messages that wait to be sent; see authtickets delivery list");
    }
    if (deliveries::sent_names_key(db, id)) {
        throw Failed(key + " still seals what messages said: authtickets keys reseal brings that under the key that signs");
    }
    if (devices::names_key(db, id)) {
        throw Failed(key + " still keeps devices that shoppers are known by; purge takes those that were not seen for device.days");
    }
    if (totp::names_key(db, id)) {
        throw Failed(key + " still seals secrets of authenticator apps: authtickets keys reseal brings them under the key that signs, "
                     "and purge takes set-ups that were left");
    }
    if (recovery_codes::names_key(db, id)) {
        throw Failed(key + " still keeps recovery codes; it can be dropped when their users have made new ones or have turned the app off");
    }
    if (events::names_key(db, id)) {
        throw Failed(key + " still proves rows of the audit trail; it can be dropped when those rows have been purged");
    }
}

}  // namespace

Output keys_list(World& world, const Arguments&) {
    const auto file = read(world.config().keys_file);
    const auto now = world.clock().now();
    Output out{.json = Json::array()};
    Table table{"KEY", "STATE", "CREATED", "SIGNS FROM", "SIGNED UNTIL", "DROP FROM"};
    for (const auto& key : file.keys) {
        out.json.push(json(file, key, now));
        const auto at = standing(file, key, now);
        table.row({std::to_string(key.id), std::string(name(at.state)), shown(key.created_at), shown(key.signs_from),
                   shown(at.signed_until, "-"), at.drop_from && *at.drop_from <= now ? "now" : shown(at.drop_from, "-")});
    }
    out.text = table.text();
    return out;
}

Output keys_new(World& world, const Arguments&) {
    const auto& path = world.config().keys_file;
    const FolderLock lock(path);
    auto file = missing(path) ? KeyFile{} : crypto::read_key_file(path);
    const auto now = world.clock().now();
    const auto key = next_key(file, now, world.rng());
    file.keys.push_back(key);
    crypto::write_key_file(path, file);
    return one(file, key, path, now);
}

Output keys_activate(World& world, const Arguments& arguments) {
    const auto& path = world.config().keys_file;
    const FolderLock lock(path);
    auto file = read(path);
    auto& key = named(file, path, arguments);
    const auto now = world.clock().now();
    if (standing(file, key, now).state != Standing::State::signs) {
        key.signs_from = now;
        crypto::write_key_file(path, file);
    }
    return one(file, key, path, now);
}

Output keys_drop(World& world, const Arguments& arguments) {
    const auto& path = world.config().keys_file;
    const FolderLock lock(path);
    auto file = read(path);
    const auto id = named(file, path, arguments).id;
    const auto at = standing(file, *file.find(id), world.clock().now());
    const auto key = "key " + std::to_string(id);
    if (at.state == Standing::State::signs) {
        throw Failed(key + " signs; let another take over first (authtickets keys new), then it can be dropped after 30 days");
    }
    if (at.drop_from > world.clock().now()) {
        throw Failed(key + " signed until " + shown(at.signed_until, "now") + ", and tokens live up to 30 days; it can be dropped from "
                     + shown(*at.drop_from) + " on");
    }
    refuse_used(world, id);
    std::erase_if(file.keys, [&](const FileKey& each) { return each.id == id; });
    crypto::write_key_file(path, file);
    return {.json = Json::object({{"dropped", std::int64_t{id}}}), .text = key + " is dropped from " + path + "\n"};
}

Output keys_reseal(World& world, const Arguments& arguments) {
    auto& core = world.core();
    const auto now = world.clock().now();
    const auto file = read(world.config().keys_file);
    const auto* const signer = file.signer(now);
    if (!signer) throw Failed("no key signs yet; authtickets keys activate ID");
    auto realms = core.realms.list(core.db);
    if (arguments.has("--realm")) realms = {world.realm(arguments.text("--realm"))->no};
    std::uint64_t done = 0, unopened = 0;
    for (const auto key : logins::keys_named(core.db)) {
        if (key == signer->id) continue;
        for (const auto realm : realms) {
            for (std::optional<LoginId> after = LoginId{}; after;) {
                const auto page = core.logins.reseal(core.db, world.context(realm), key, *after);
                done += page.done;
                unopened += page.unopened.size();
                after = page.last;
            }
        }
    }
    // Few of each realm, so all at once.
    std::uint64_t secrets = 0, lost = 0;
    for (const auto realm : realms) {
        const auto resealed = core.subscriptions.reseal(core.db, world.context(realm));
        secrets += resealed.sealed;
        lost += resealed.lost;
    }
    std::uint64_t messages = 0;
    for (const auto realm : realms) messages += core.deliveries.reseal(core.db, world.context(realm));
    std::uint64_t apps = 0, lost_apps = 0;
    for (const auto realm : realms) {
        for (std::optional<UserId> after = UserId{}; after;) {
            const auto page = core.totp.reseal(core.db, world.context(realm), *after);
            apps += page.done;
            lost_apps += page.lost;
            after = page.last;
        }
    }
    if (lost_apps != 0) {
        throw Failed(std::to_string(lost_apps) + " secrets of authenticator apps do not open: their key is not in " + world.config().keys_file
                     + ", or their rows were changed. Those users cannot pass the second step until it is turned off for them");
    }
    if (lost != 0) {
        throw Failed(std::to_string(lost) + " secrets of web hooks do not open: their key is not in " + world.config().keys_file
                     + ", or their rows were changed. Remove those subscriptions and add them again");
    }
    if (unopened != 0) {
        throw Failed(std::to_string(done) + " passwords are sealed under key " + std::to_string(signer->id) + " now; "
                     + std::to_string(unopened) + " do not open: their key is not in " + world.config().keys_file
                     + ", or their rows were changed. Those users need a new password");
    }
    return {.json = Json::object({{"key", std::int64_t{signer->id}}, {"resealed", static_cast<std::int64_t>(done)},
                                  {"secretsResealed", static_cast<std::int64_t>(secrets)},
                                  {"authenticatorsResealed", static_cast<std::int64_t>(apps)},
                                  {"messagesResealed", static_cast<std::int64_t>(messages)}}),
            .text = Sheet().line("key", std::to_string(signer->id)).line("passwords sealed anew", std::to_string(done))
                        .line("secrets of hooks sealed anew", std::to_string(secrets))
                        .line("secrets of apps sealed anew", std::to_string(apps))
                        .line("messages sealed anew", std::to_string(messages)).text()};
}

}  // namespace authtickets::cli
