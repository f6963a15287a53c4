// SPDX-License-Identifier: MIT
// The second node begins with a copy of the first one's data, made while that was stopped. What is left to transfer is
// the place in the history, which a script of a few lines hands over: no backup tool takes part.
#include "support/galera.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <authtickets/base/fault.h>
#include <authtickets/db/schema.h>

#include "support/database.h"
#include "support/server_process.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

constexpr auto provider = "/usr/lib/galera/libgalera_smm.so";

// The server runs wsrep_sst_METHOD on both sides; the address that the joiner says is what the donor gets.
constexpr std::string_view handover = R"script(#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
        --role) role=$2 ;; --address) address=$2 ;; --gtid) gtid=$2 ;; --datadir) data=${2%/} ;; --mysqld-args) break ;;
    esac
    shift
done
if [ "$role" = donor ]; then
    echo "$gtid" >"$address.new" && mv "$address.new" "$address"
    echo "done $gtid"
else
    rm -f "$data.handover"
    echo "ready $data.handover"
    until [ -e "$data.handover" ]; do sleep 0.05; done
    echo "$(cat "$data.handover") 0"
fi
)script";

constexpr db::Query state{"test.galera_state",
    "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_local_state_comment'"};

// A loopback address of the process's own: pairs that start at once look for free ports at once.
std::string own_address() {
    const auto id = static_cast<std::uint32_t>(getpid());
    return "127." + std::to_string(64 + (id >> 16) % 64) + "." + std::to_string(id >> 8 & 255U) + "." + std::to_string(id & 255U);
}

bool is_free(std::uint16_t port) {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, own_address().c_str(), &address.sin_addr);
    address.sin_port = htons(port);
    const bool yes = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    return yes;
}

// A node takes a port and the next one, below those that the system gives out itself.
std::array<std::uint16_t, 2> two_pairs_of_ports() {
    std::array<std::uint16_t, 2> found{};
    std::size_t count = 0;
    for (std::uint16_t port = 20000; count < found.size(); port = static_cast<std::uint16_t>(port + 2)) {
        if (port >= 32000) throw std::runtime_error("no free ports for a Galera pair");
        if (is_free(port) && is_free(static_cast<std::uint16_t>(port + 1))) found[count++] = port;
    }
    return found;
}

}  // namespace

struct GaleraPair::Impl {
    ScratchFolder folder;
    std::array<std::uint16_t, 2> ports = two_pairs_of_ports();
    ServerProcess first{folder, "one"};
    std::unique_ptr<ServerProcess> second;

    Config config(const ServerProcess& node, std::string_view database) const {
        auto config = parse_config("", "tests");
        config.database_socket = node.socket();
        config.database_name = database;
        config.serve = config.maintain = config.migrate = {.user = "root", .password = {}};
        config.hash_folder = folder.path();
        config.database_timeout = 30s;  // as long as the machine may stand still
        return config;
    }
    // Nor must that part the two: a minute, where five seconds are the default.
    void start(ServerProcess& node, std::uint16_t port, const std::string& cluster) {
        const auto address = own_address();
        node.start({"--skip-networking", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--wsrep-on=ON",
                    std::string("--wsrep-provider=") + provider, "--wsrep-cluster-name=authtickets-test",
                    "--wsrep-cluster-address=gcomm://" + cluster, "--wsrep-node-address=" + address,
                    "--wsrep-sst-method=handover",
                    "--wsrep-provider-options=base_host=" + address + ";base_port=" + std::to_string(port) +
                        ";gmcast.listen_addr=tcp://" + address + ":" + std::to_string(port) +
                        ";ist.recv_addr=" + address + ":" + std::to_string(port + 1) +
                        ";gcache.size=16M;evs.suspect_timeout=PT60S;evs.inactive_timeout=PT90S"});
        wait_until_it_answers(node, config(node, "mysql"));
        wait_until_synced(node);
    }
    void wait_until_synced(ServerProcess& node) {
        SystemClock clock;
        QuietLog log;
        db::Db db(config(node, "mysql"), db::Rights::serve, clock, log);
        for (const auto begun = steady_now(); steady_now() - begun < 30s && node.running();) {
            try {
                if (db.one(state, [](db::Row& row) { return row.next<std::string>(); }) == "Synced") return;
            } catch (const Unavailable&) {
                // Cut off from the other one.
            }
            std::this_thread::sleep_for(20ms);
        }
        node.fail("the Galera node did not join");
    }
};

GaleraPair& GaleraPair::instance() {
    // Tried once: after the first failure every test that needs it fails at once.
    static bool failed = false;
    if (failed) throw std::runtime_error("the Galera pair did not start; the first failure says why");
    failed = true;
    static GaleraPair one;
    failed = false;
    return one;
}

GaleraPair::GaleraPair() : impl_(std::make_unique<Impl>()) {
    auto& [folder, ports, first, second] = *impl_;
    if (!std::filesystem::exists(provider)) throw std::runtime_error("galera-4 is not installed (contrib/bootstrap)");
    const auto script = folder.path() + "/wsrep_sst_handover";
    std::ofstream(script) << handover;
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);

    impl_->start(first, ports[0], "");  // an empty list of nodes: begins a cluster
    first.stop();
    second = std::make_unique<ServerProcess>(folder, "two", first);
    std::filesystem::remove(second->data() + "/galera.cache");
    impl_->start(first, ports[0], "");
    impl_->start(*second, ports[1], own_address() + ":" + std::to_string(ports[0]));

    SystemClock clock;
    QuietLog log;
    db::Db(impl_->config(first, "mysql"), db::Rights::migrate, clock, log).execute("CREATE DATABASE authtickets CHARACTER SET utf8mb4");
    db::Db db(node(0), db::Rights::migrate, clock, log);
    db::migrate(db, clock, [](std::string_view) {});
}

GaleraPair::~GaleraPair() = default;

Config GaleraPair::node(int which) const { return impl_->config(which == 0 ? impl_->first : *impl_->second, "authtickets"); }

void GaleraPair::wait_until_synced(int which) { impl_->wait_until_synced(which == 0 ? impl_->first : *impl_->second); }

}  // namespace authtickets::test
