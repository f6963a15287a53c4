// SPDX-License-Identifier: MIT
// Wiring for commands. What they log are defects only: what they have to say they say by Output or by throwing.
#include "cli/world.h"

#include <cstdlib>
#include <fstream>

#include <authtickets/crypto/hmac.h>

#include "cli/show.h"

namespace authtickets::cli {

struct World::Wired {
    crypto::Keyring keys;
    logins::HashGate gate;
    throttle::SendingCap cap;
    Core core;

    Wired(const Config& config, Clock& clock, Rng& rng, Log& log)
        : keys(config.keys_file, clock),
          // Commands hash nothing. A gate makes its folder, and in hash.folder that would be this command's user's.
          gate("/", 1, 1, config.hash_wait),
          cap(config.codes_per_second),
          core(config, db::Rights::maintain, keys, gate, cap, clock, rng, log) {}
};

std::optional<std::string> environment(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe): no threads here
    return value ? std::optional<std::string>(value) : std::nullopt;
}

World::World() : log_(open_log("stderr", LogLevel::error)) {
    crypto::start();
    db::load_driver();
}

World::~World() = default;

const Config& World::config() {
    if (!config_) config_ = read_config(config_path(environment), environment, true);
    return *config_;
}

Core& World::core() {
    if (!wired_) wired_ = std::make_unique<Wired>(config(), clock_, rng_, *log_);
    return wired_->core;
}

Context World::context(RealmNo realm) {
    const auto now = clock_.now();
    return {.now = now, .request_id = uuid_v7(now, rng_), .realm = realm};
}

realms::RealmPtr World::realm(const std::string& name) {
    const auto no = core().realms.find(core().db, name);
    if (!no) throw Failed("there is no realm " + shown(name) + "; see authtickets realm list");
    return core().realms.get(core().db, clock_.now(), *no);
}

realms::RealmPtr World::shop(const std::string& name) {
    auto found = realm(name);
    if (found->kind != realms::Kind::shop) throw Failed("realm " + shown(name) + " is the operators', no shop");
    return found;
}

Secret secret_in_file(std::string_view flag, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string line;
    if (!std::getline(in, line) || line.empty()) throw Failed(std::string(flag) + " " + shown(file) + " cannot be read, or is empty");
    if (line.ends_with('\r')) line.pop_back();
    return Secret(std::move(line));
}

void fail(const Refusal& refusal) {
    if (refusal.text.empty()) throw Failed(std::string(sentence(refusal.why)));
    const bool about_field = refusal.text.starts_with("must");
    throw Failed(about_field ? refusal.field + " " + refusal.text : refusal.text);
}

}  // namespace authtickets::cli
