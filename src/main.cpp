// SPDX-License-Identifier: MIT
// How were we started? Then configuration, and the real parts in their order: the only place that chooses them.
// Under a web server nothing can be printed to the operator's terminal, so what is wrong goes to the error log and every
// request is answered by 503; a command says it and ends.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <authtickets/api/elasticpath/door.h>
#include <authtickets/api/freshcom/door.h>
#include <authtickets/api/kibo/door.h>
#include <authtickets/cli/cli.h>
#include <authtickets/db/schema.h>
#include <authtickets/door/core.h>
#include <authtickets/net/https.h>
#include <authtickets/pages/account.h>
#include <authtickets/pages/desk.h>
#include <authtickets/server/server.h>

namespace {

using namespace authtickets;

constexpr int wrong_use = 2;

std::optional<std::string> environment(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe): no threads yet
    return value ? std::optional<std::string>(value) : std::nullopt;
}

std::vector<std::string_view> whole_environment() {
    std::vector<std::string_view> out;
    for (char** item = environ; *item; ++item) out.emplace_back(*item);
    return out;
}

// Nothing we write is for others to read, a core would hold keys and passwords, and a web server that has hung up is
// seen by its write failing.
void harden() {
    ::umask(077);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGPIPE, SIG_IGN);
}

unsigned hash_slots(const Config& config) {
    return config.hash_slots != 0 ? config.hash_slots : std::max(1U, std::thread::hardware_concurrency());
}

// How long the memory of hashes is kept for the next sign-in.
constexpr auto hash_memory_rests = std::chrono::seconds(30);

// What a process has once.
class Process {
public:
    explicit Process(Config config) : config_(std::move(config)) {}
    Process(const Process&) = delete;

    // What is missing is told again, and logged, whenever it is wanted.
    void before_threads() const {
        if (!config_.breach_url.empty()) (void)net::start();
    }
    server::Entry entry() {
        return {.workers = config_.workers, .mount = config_.mount, .log = *log_, .housekeeping = [this] { gate_.rest(hash_memory_rests); }};
    }
    server::WithAnswer answers() {  // to be used while this lives
        return [this](const auto& use) {
            Core core(config_, db::Rights::serve, keys_, gate_, cap_, clock_, rng_, *log_);
            use([&](const auto& request, auto path) { return server::serve(shared_, core.app, request, path); });
        };
    }

private:
    Config config_;
    std::unique_ptr<Log> log_ = open_log(config_.log_to, config_.log_level);
    SystemClock clock_;
    SystemRng rng_;
    throttle::TrustedProxies proxies_{config_.trusted_proxies};
    throttle::ApplicationBuckets buckets_{config_.application_requests_per_second};
    throttle::SendingCap cap_{config_.codes_per_second};
    crypto::Keyring keys_{config_.keys_file, clock_};
    // PW11: at most half of the workers have to do with passwords at once, so that a crowd of sign-ins leaves the others be.
    logins::HashGate gate_{config_.hash_folder, hash_slots(config_), std::max(1U, config_.workers / 2), config_.hash_wait};
    const std::array<const DoorFace*, 6> doors_{&kibo::door(), &elasticpath::door(), &elasticpath::oauth_door(), &freshcom::door(), &pages::account::door(),
                                                &pages::desk::door()};
    server::Shared shared_{config_, clock_, rng_, *log_, proxies_, buckets_, doors_};
};

// Without threads, as the connector's driver wants it.
std::unique_ptr<Process> make_process(bool overridable) {
    crypto::start();
    db::load_driver();
    return std::make_unique<Process>(read_config(config_path(environment), environment, overridable));
}

int run(server::Started started, const server::Entry& entry, const server::WithAnswer& answers) {
    if (started == server::Started::fastcgi) return server::run_fastcgi(entry, answers, "");
    return server::run_cgi(entry, answers, whole_environment());
}

// A process without a configuration: it stays, so that the web server does not start it over and over.
int run_unconfigured(server::Started started, std::string_view why) {
    const auto log = open_log("stderr", LogLevel::info);
    log->error("server.unconfigured", {{"why", why}});
    SystemClock clock;
    SystemRng rng;
    return run(started, {.workers = 1, .mount = {}, .log = *log}, [&](const auto& use) {
        use([&](const auto& request, auto) { return server::unconfigured(clock, rng, request); });
    });
}

int under_web_server(server::Started started) {
    std::optional<std::string> why;
    std::unique_ptr<Process> process;
    try {
        process = make_process(false);
    } catch (const std::exception& fault) {
        why = fault.what();
    }
    if (why) return run_unconfigured(started, *why);
    if (started == server::Started::fastcgi) process->before_threads();
    return run(started, process->entry(), process->answers());
}

int complain(int status, std::string_view text) {
    std::fprintf(stderr, "authtickets: %.*s\n", static_cast<int>(text.size()), text.data());
    return status;
}

constexpr std::string_view serve_use = "usage: authtickets serve --socket PATH|:PORT";

int serve_command(std::span<const std::string_view> arguments) {
    std::optional<std::string> socket;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto argument = arguments[i];
        if (argument == "--help") {
            std::puts(
                "usage: authtickets serve --socket PATH|:PORT\n\n"
                "Answers FastCGI requests in the foreground until SIGTERM or SIGINT.\n"
                "  --socket PATH   a Unix socket, made with mode 0660 and taken away at the end\n"
                "  --socket :PORT  a TCP port on 127.0.0.1");
            return 0;
        }
        if (argument == "--socket" && i + 1 < arguments.size()) {
            socket = arguments[++i];
        } else if (argument.starts_with("--socket=")) {
            socket = argument.substr(9);
        } else {
            return complain(wrong_use, std::string(serve_use));
        }
    }
    if (!socket || socket->empty()) return complain(wrong_use, std::string(serve_use));
    const auto process = make_process(true);
    process->before_threads();
    return server::run_fastcgi(process->entry(), process->answers(), *socket);
}

int command(std::span<const std::string_view> arguments) {
    try {
        if (!arguments.empty() && arguments.front() == "serve") return serve_command(arguments.subspan(1));
        return cli::run(arguments);
    } catch (const BadConfiguration& fault) {
        return complain(wrong_use, fault.what());
    } catch (const std::exception& fault) {
        return complain(1, fault.what());
    }
}

}  // namespace

int main(int argc, char** argv) {
    harden();
    const auto started = server::how_started(environment("GATEWAY_INTERFACE").has_value(),
                                             environment("REQUEST_METHOD").has_value());
    if (started != server::Started::command) return under_web_server(started);
    const std::vector<std::string_view> arguments(argv + std::min(argc, 1), argv + argc);
    return command(arguments);
}
