// SPDX-License-Identifier: MIT
// `import`: reads a file twice, first to know it by its content and to see that it can be cut into records, then to add
// its customers in batches. What is refused is told before its batch is committed, so that no run loses it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <thread>

#include <authtickets/core/imports.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/crypto/pwhash.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using imports::Format;
using imports::Record;
using imports::Refused;

constexpr std::size_t batch_lines = 256;  // a transaction of about a tenth of a second
constexpr std::size_t chunk = 1024 * 1024;
constexpr auto progress_every = std::chrono::seconds(2);

[[noreturn]] void fail_file(const std::string& path, const char* what) {
    throw Failed(shown(path) + " " + what + ": " + std::generic_category().message(errno));
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

// The file from its beginning, in records; its digest when all is read.
class Source {
public:
    Source(const std::string& path, Format format)
        : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)), format_(format), records_(format) {
        if (file_.number() < 0 || ::fstat(file_.number(), &status_) != 0) fail_file(path_, "cannot be read");
        if (!S_ISREG(status_.st_mode)) throw Failed(shown(path_) + " is not a file; a run that goes on later reads it again");
    }
    void rewind() {
        if (::lseek(file_.number(), 0, SEEK_SET) != 0) fail_file(path_, "cannot be read");
        records_ = imports::Records(format_);
        digest_ = std::make_unique<crypto::Sha256>();
        ended_ = false;
    }
    std::optional<Record> next() {
        for (;;) {
            if (auto record = records_.next()) return record;
            if (ended_) return {};
            read_on();
        }
    }
    crypto::Digest digest() { return digest_->finish(); }
    bool is(const struct stat& other) const { return status_.st_dev == other.st_dev && status_.st_ino == other.st_ino; }

private:
    void read_on() {
        buffer_.resize(chunk);
        const auto got = ::read(file_.number(), buffer_.data(), buffer_.size());
        if (got < 0 && errno == EINTR) return;
        if (got < 0) fail_file(path_, "cannot be read");
        const auto bytes = std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
        digest_->feed(as_bytes(bytes));
        ended_ = bytes.empty();
        if (ended_) records_.finish();
        else records_.feed(bytes);
    }
    std::string path_;
    Descriptor file_;
    Format format_;
    struct stat status_ {};
    imports::Records records_;
    std::unique_ptr<crypto::Sha256> digest_ = std::make_unique<crypto::Sha256>();
    std::string buffer_{};
    bool ended_ = false;
};

// Where refused lines are told. A batch may be told of again until kept() says that it stays.
class Report {
public:
    virtual ~Report() = default;
    virtual void tell(const std::vector<Refused>&) = 0;
    virtual void kept() = 0;
};

class ReportOnScreen final : public Report {
public:
    explicit ReportOnScreen(const std::string& path) : path_(shown(path)) {}
    void tell(const std::vector<Refused>& refused) override {
        for (const auto& each : refused) {
            if (each.line <= told_) continue;
            const auto column = each.column.empty() ? "" : each.column + ": ";
            const auto line = path_ + ":" + std::to_string(each.line) + ": " + column + shown(each.reason) + "\n";
            std::fwrite(line.data(), 1, line.size(), stderr);
            told_ = each.line;
        }
    }
    void kept() override {}

private:
    std::string path_;
    std::uint32_t told_ = 0;
};

class ReportInFile final : public Report {
public:
    // What an earlier run has written is kept up to `line`.
    ReportInFile(const std::string& path, const Source& source, std::uint32_t line)
        : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)) {
        struct stat status {};
        if (file_.number() < 0 || ::fstat(file_.number(), &status) != 0) fail_file(path_, "cannot be written");
        if (!S_ISREG(status.st_mode)) throw Failed(shown(path_) + " is not a file");
        if (source.is(status)) throw WrongUse("--report must not be the file that is imported");
        std::string before{imports::csv_head};
        if (line != 0) {
            auto old = imports::report_up_to(whole(static_cast<std::size_t>(status.st_size)), line);
            if (!old.empty()) before = std::move(old);
        }
        write_from(0, before);
        kept();
    }
    void tell(const std::vector<Refused>& refused) override {
        std::string text;
        for (const auto& each : refused) text += imports::csv_line(each);
        write_from(kept_, text);
    }
    void kept() override { kept_ = end_; }

private:
    std::string whole(std::size_t size) {
        std::string out(size, '\0');
        std::size_t at = 0;
        while (at < size) {
            const auto got = ::pread(file_.number(), out.data() + at, size - at, static_cast<off_t>(at));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) fail_file(path_, "cannot be read");
            if (got == 0) break;
            at += static_cast<std::size_t>(got);
        }
        out.resize(at);
        return out;
    }
    void write_from(off_t begin, std::string_view text) {
        end_ = begin;
        while (!text.empty()) {
            const auto put = ::pwrite(file_.number(), text.data(), text.size(), end_);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) fail_file(path_, "cannot be written");
            text.remove_prefix(static_cast<std::size_t>(put));
            end_ += put;
        }
        if (::ftruncate(file_.number(), end_) != 0) fail_file(path_, "cannot be written");
    }
    std::string path_;
    Descriptor file_;
    off_t kept_ = 0, end_ = 0;
};

std::string grouped(std::uint64_t value) {
    auto out = std::to_string(value);
    for (auto at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
    return out;
}

// A line on a terminal now and then.
class Progress {
public:
    void line(std::uint64_t lines, std::uint64_t refused) {
        if (!shown_ || steady_now() - last_ < progress_every) return;
        last_ = steady_now();
        const auto text = "authtickets: import: " + grouped(lines) + " lines, " + grouped(refused) + " refused, "
                          + grouped(rate(lines)) + " lines a second\n";
        std::fwrite(text.data(), 1, text.size(), stderr);
    }
    std::uint64_t rate(std::uint64_t lines) const {
        return lines * 1000 / std::max<std::uint64_t>(1, static_cast<std::uint64_t>(took().count()));
    }
    Millis took() const { return steady_now() - begun_; }

private:
    bool shown_ = ::isatty(STDERR_FILENO) == 1;
    Millis begun_ = steady_now(), last_ = begun_;
};

struct Wishes {
    std::string path;
    Format format{};
    bool ignore_unknown{};
    std::optional<std::uint32_t> most_refused{};
    unsigned jobs{};
};

Wishes read_wishes(const Arguments& arguments) {
    Wishes out{.path = arguments.operands().at(0), .ignore_unknown = arguments.has("--ignore-unknown")};
    const auto format = arguments.has("--format") ? imports::format_named(arguments.text("--format"))
                                                  : imports::format_of_file(out.path);
    if (!format && arguments.has("--format")) throw WrongUse("--format must be csv or jsonl");
    if (!format) throw WrongUse("the name of the file does not end in .csv, .jsonl or .ndjson; say --format csv or --format jsonl");
    out.format = *format;
    constexpr unsigned most_jobs = 256;
    if (arguments.has("--max-refused")) out.most_refused = arguments.number("--max-refused", 0, 4294967295);
    out.jobs = arguments.has("--jobs") ? arguments.number("--jobs", 1, most_jobs)
                                       : std::clamp(std::thread::hardware_concurrency(), 1U, most_jobs);
    return out;
}

// The records of a file as its own first line says how to read them.
class Lines {
public:
    explicit Lines(const Wishes& wishes) : wishes_(wishes), source_(wishes.path, wishes.format) {}

    // The whole file once: its digest, and that it can be read to its end.
    imports::ImportId know() {
        begin();
        while (const auto record = source_.next()) {
            // From there on nobody can tell what is a record and what is text inside of quotes.
            if (record->unclosed) throw Failed(place(record->line) + "a quote that is opened here is not closed before the file ends");
            ++records_;
        }
        if (records_ == 0) throw Failed(shown(wishes_.path) + " holds no line to import");
        digest_ = source_.digest();
        imports::ImportId id;
        std::copy_n(digest_.begin(), id.value.bytes.size(), id.value.bytes.begin());
        return id;
    }
    void begin() {
        source_.rewind();
        if (wishes_.format != Format::csv) return;
        const auto record = source_.next();
        if (!record) throw Failed(shown(wishes_.path) + " is empty");
        const auto header = imports::read_header(*record, wishes_.ignore_unknown);
        if (header) header_ = *header;
        else refuse_header(record->line, header.error());
    }
    std::optional<imports::Line> next(std::uint32_t after) {
        while (const auto record = source_.next()) {
            if (record->line <= after) continue;
            return imports::Line{record->line, record->last_line,
                                 imports::read_customer(wishes_.format, header_, *record, wishes_.ignore_unknown)};
        }
        return {};
    }
    bool unchanged() { return source_.digest() == digest_; }
    const Source& source() const { return source_; }

private:
    std::string place(std::uint32_t line) const { return shown(wishes_.path) + ":" + std::to_string(line) + ": "; }
    [[noreturn]] void refuse_header(std::uint32_t line, const Refusal& refusal) const {
        throw Failed(place(line) + (refusal.field.empty() ? "" : refusal.field + " ") + refusal.text);
    }
    const Wishes& wishes_;
    Source source_;
    imports::Header header_{};
    crypto::Digest digest_{};
    std::uint64_t records_ = 0;
};

struct Outcome {
    std::uint64_t lines{}, added{}, refused{};  // of this run
    bool stopped{};
};

// Judges every line and writes nothing but the report.
Outcome check(World& world, const realms::Realm& realm, const Wishes& wishes, Lines& lines, Report& report) {
    auto& core = world.core();
    Outcome out;
    Progress progress;
    imports::Seen seen;
    lines.begin();
    while (auto line = lines.next(0)) {
        ++out.lines;
        std::optional<Refusal> refusal;
        if (!line->customer) refusal = line->customer.error();
        if (!refusal) refusal = core.imports.judge(core.db, world.context(realm.no), realm, *line->customer);
        if (!refusal) refusal = seen.twice(*line->customer);
        if (refusal) {
            ++out.refused;
            report.tell({imports::refused(line->line, *refusal)});
            report.kept();
        } else {
            ++out.added;
        }
        progress.line(out.lines, out.refused);
        out.stopped = wishes.most_refused && out.refused > *wishes.most_refused;
        if (out.stopped) break;
    }
    return out;
}

Outcome add_all(World& world, const realms::Realm& realm, const Wishes& wishes, Lines& lines, imports::State& state, Report& report) {
    auto& core = world.core();
    Outcome out;
    Progress progress;
    const auto begun = state;
    crypto::keep_hash_memory(wishes.jobs);  // each thread's, which hashes one line after another
    const auto request_id = world.context().request_id;  // one for all events of a run
    lines.begin();
    bool more = true;
    while (more && !out.stopped) {
        std::vector<imports::Line> some;
        while (some.size() < batch_lines) {
            auto line = lines.next(state.line);
            more = line.has_value();
            if (!more) break;
            some.push_back(std::move(*line));
        }
        auto context = world.context(realm.no);
        context.request_id = request_id;
        if (!some.empty()) {
            const auto batch = core.imports.prepare(core.db, context, realm, std::move(some), wishes.jobs);
            state = core.imports.add(core.db, context, state, batch, [&](const auto& refused) { report.tell(refused); });
            report.kept();
        }
        out = {.lines = state.added + state.refused - begun.added - begun.refused,
               .added = state.added - begun.added,
               .refused = state.refused - begun.refused};
        progress.line(out.lines, out.refused);
        out.stopped = wishes.most_refused && out.refused > *wishes.most_refused;
        if (more || out.stopped) continue;
        if (!lines.unchanged()) throw Failed(shown(wishes.path) + " was changed while it was read; what was read is added");
        state = core.imports.finish(core.db, context, state);
    }
    return out;
}

Json number(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

Output told(const Wishes& wishes, const Outcome& out, const imports::State* state, std::uint32_t resumed_after, Millis took) {
    const bool done = state ? state->finished_at.has_value() : !out.stopped;
    auto json = Json::object({{"file", wishes.path},
                              {"check", state == nullptr},
                              {"lines", number(out.lines)},
                              {"added", number(state ? out.added : 0)},
                              {"refused", number(out.refused)},
                              {"resumedAfterLine", resumed_after != 0 ? number(resumed_after) : Json()},
                              {"stopped", out.stopped},
                              {"finished", done},
                              {"milliseconds", number(static_cast<std::uint64_t>(took.count()))}});
    Sheet sheet;
    if (state) {
        json.set("import", hex(state->id.value));
        json.set("total", Json::object({{"line", number(state->line)}, {"added", number(state->added)}, {"refused", number(state->refused)}}));
        if (resumed_after != 0) sheet.line("went on after line", grouped(resumed_after));
        sheet.line("added", grouped(out.added));
    } else {
        sheet.line("can be added", grouped(out.added));
    }
    sheet.line("refused", grouped(out.refused));
    const auto rate = out.lines * 1000 / std::max<std::uint64_t>(1, static_cast<std::uint64_t>(took.count()));
    sheet.line("lines a second", grouped(rate));
    if (state && resumed_after != 0) {
        sheet.line("added by all runs", grouped(state->added)).line("refused by all runs", grouped(state->refused));
    }
    auto text = sheet.text();
    if (out.stopped) text += "Stopped: more lines were refused than --max-refused " + grouped(*wishes.most_refused) + " allows.\n";
    return {.json = std::move(json), .text = std::move(text), .status = out.stopped ? 1 : 0};
}

Output told_finished(const Wishes& wishes, const imports::State& state) {
    auto out = told(wishes, {}, &state, state.line, Millis{0});
    out.text = "This file was imported to its end at " + shown(*state.finished_at) + ": " + grouped(state.added) + " added, "
               + grouped(state.refused) + " refused. Nothing is left to do.\n";
    return out;
}

}  // namespace

Output import(World& world, const Arguments& arguments) {
    const auto wishes = read_wishes(arguments);
    Lines lines(wishes);
    const auto id = lines.know();
    const auto realm = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto report_to = [&](std::uint32_t line) -> std::unique_ptr<Report> {
        if (!arguments.has("--report")) return std::make_unique<ReportOnScreen>(wishes.path);
        return std::make_unique<ReportInFile>(arguments.text("--report"), lines.source(), line);
    };
    const auto begun = steady_now();
    if (arguments.has("--check")) {
        const auto out = check(world, *realm, wishes, lines, *report_to(0));
        return told(wishes, out, nullptr, 0, steady_now() - begun);
    }
    const auto known = core.imports.find(core.db, realm->no, id);
    if (known && known->finished_at) return told_finished(wishes, *known);
    const auto report = report_to(known ? known->line : 0);
    auto state = core.imports.begin(core.db, world.context(realm->no), id, wishes.path.substr(wishes.path.rfind('/') + 1));
    const auto resumed_after = state.line;
    if (resumed_after != 0) {
        const auto text = "authtickets: import: goes on after line " + std::to_string(resumed_after) + "\n";
        std::fwrite(text.data(), 1, text.size(), stderr);
    }
    const auto out = add_all(world, *realm, wishes, lines, state, *report);
    return told(wishes, out, &state, resumed_after, steady_now() - begun);
}

}  // namespace authtickets::cli
