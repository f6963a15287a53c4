// SPDX-License-Identifier: MIT
// The key file: reading it with suspicion, writing it by rename, and a snapshot of its subkeys that all
// threads share.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include <authtickets/base/fault.h>
#include <authtickets/base/secret.h>
#include <authtickets/crypto/keyring.h>

namespace authtickets::crypto {
namespace {

constexpr std::size_t file_bytes = std::size_t{64} * 1024;  // some six hundred keys
constexpr std::int64_t look_every_ms = 1000;

constexpr std::array<std::string_view, purpose_count> purposes{"token", "jwt",    "password", "event", "lookup",
                                                                "code",  "device", "outbox",   "totp",  "recovery", "form",
                                                                "registration"};

std::string reason(int error) { return std::generic_category().message(error); }

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }

  private:
    int number_;
};

// What tells one state of the file from another.
struct Stamp {
    dev_t device{};
    ino_t inode{};
    off_t size{};
    std::int64_t seconds{}, nanoseconds{};
    bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const struct stat& found) {
    return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

struct FileState {
    KeyFile keys;
    Stamp stamp;
};

[[noreturn]] void unusable(const std::string& path, const std::string& why) {
    throw Unavailable("key file " + path + ": " + why);
}

std::string read_text(int descriptor, const std::string& path) {
    std::string text(file_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) unusable(path, reason(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > file_bytes) unusable(path, "larger than a key file can be");
    text.resize(size);
    return text;
}

FileState read_state(const std::string& path) {
    // Not blocking, so that a pipe in its place cannot hold us up.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) unusable(path, reason(errno));
    struct stat found {};
    if (::fstat(file.get(), &found) != 0) unusable(path, reason(errno));
    if (!S_ISREG(found.st_mode)) unusable(path, "not a regular file");
    if ((found.st_mode & 077) != 0) unusable(path, "open to others; its mode must be 0600 or 0400");
    // An owner other than us could change it behind our back. The superuser reads every service's file.
    if (::geteuid() != 0 && found.st_uid != ::geteuid() && found.st_uid != 0) {
        unusable(path, "owned by another user");
    }
    auto text = read_text(file.get(), path);
    std::string error;
    auto keys = KeyFile::parse(text, error);
    wipe(text);
    if (!keys) unusable(path, error);
    return {std::move(*keys), stamp_of(found)};
}

// The next word of the line; empty at its end.
std::string_view next_word(std::string_view& line) {
    const auto begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    const auto end = std::min(line.find_first_of(" \t\r", begin), line.size());
    const auto word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

std::optional<FileKey> parse_key(std::string_view line) {
    FileKey key;
    if (next_word(line) != "key") return std::nullopt;
    const auto id = next_word(line);
    const auto [stop, fault] = std::from_chars(id.data(), id.data() + id.size(), key.id);
    const auto created_at = parse_iso8601(next_word(line)), signs_from = parse_iso8601(next_word(line));
    auto bytes = from_base64(next_word(line));
    if (fault != std::errc{} || stop != id.data() + id.size() || key.id == 0) return std::nullopt;
    if (!created_at || !signs_from || !bytes || bytes->size() != key.bytes.size()
        || !next_word(line).empty()) {
        return std::nullopt;
    }
    key.created_at = *created_at;
    key.signs_from = *signs_from;
    std::ranges::copy(*bytes, key.bytes.begin());
    return key;
}

void write_whole(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Fault("key file cannot be written: " + reason(errno));
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

std::optional<KeyFile> KeyFile::parse(std::string_view text, std::string& error) {
    KeyFile file;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        auto rest = line;
        const auto first = next_word(rest);
        if (first.empty() || first.front() == '#') continue;
        const auto key = parse_key(line);
        if (!key || file.find(key->id)) {
            error = "line " + std::to_string(number)
                    + (key ? " has an id that was given before" : " is no key line");
            return std::nullopt;
        }
        file.keys.push_back(*key);
    }
    if (file.keys.empty()) {
        error = "there is no key in it";
        return std::nullopt;
    }
    std::ranges::sort(file.keys, {}, &FileKey::id);
    return file;
}

std::string KeyFile::text() const {
    std::string out =
        "# Keys of authtickets: key ID CREATED SIGNS-FROM BASE64. Whoever has this file can make tokens.\n";
    for (const auto& key : keys) {
        out.append("key ")
            .append(std::to_string(key.id))
            .append(" ")
            .append(iso8601(key.created_at))
            .append(" ");
        out.append(iso8601(key.signs_from)).append(" ").append(base64(key.bytes)).append("\n");
    }
    return out;
}

const FileKey* KeyFile::find(KeyId id) const {
    const auto found = std::ranges::find(keys, id, &FileKey::id);
    return found == keys.end() ? nullptr : &*found;
}

const FileKey* KeyFile::signer(Time now) const {
    const FileKey* newest = nullptr;
    for (const auto& key : keys) {  // by id, so of two with one time the later id signs
        if (key.signs_from <= now && (!newest || key.signs_from >= newest->signs_from)) newest = &key;
    }
    return newest;
}

struct Keyring::Loaded {
    using Subkeys = std::array<Digest, purpose_count>;

    explicit Loaded(FileState state) : file(std::move(state.keys)), stamp(state.stamp) {
        for (const auto& key : file.keys) {
            Subkeys all;
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto info = "authtickets " + std::string(purposes[i]);
                all[i] = hkdf_sha256(key.bytes, {}, as_bytes(info));
            }
            subkeys.push_back(all);
        }
    }
    const Digest* subkey(Purpose purpose, KeyId id) const {
        for (std::size_t i = 0; i < file.keys.size(); ++i) {
            if (file.keys[i].id == id) return &subkeys[i][static_cast<std::size_t>(purpose)];
        }
        return nullptr;
    }

    KeyFile file;
    std::vector<Subkeys> subkeys;  // beside file.keys
    Stamp stamp;
};

Keyring::Keyring(std::string path, Clock& clock)
    : path_(std::move(path)),
      clock_(clock),
      looked_at_(clock_.now().time_since_epoch().count()),
      read_at_(looked_at_ - look_every_ms) {
    read_again();
}

Keyring::~Keyring() = default;

void Keyring::keep(std::shared_ptr<const Loaded> fresh) {
    const std::lock_guard lock(keeping_);
    loaded_.swap(fresh);
}

std::shared_ptr<const Keyring::Loaded> Keyring::kept() {
    const std::lock_guard lock(keeping_);
    if (!loaded_) throw Unavailable(trouble_);
    return loaded_;
}

// The snapshot, after a look at the file's times when the last look is a second ago. One thread looks, others
// go on.
std::shared_ptr<const Keyring::Loaded> Keyring::loaded() {
    const auto now = clock_.now().time_since_epoch().count();
    auto looked = looked_at_.load();
    const bool due =
        now - looked >= look_every_ms || now < looked;  // a clock that was set back does not stop us
    if (!due || !looked_at_.compare_exchange_strong(looked, now)) return kept();
    if (!unchanged()) read_again();
    return kept();
}

bool Keyring::unchanged() {
    const std::lock_guard lock(keeping_);
    struct stat found {};
    return loaded_ && ::stat(path_.c_str(), &found) == 0 && stamp_of(found) == loaded_->stamp;
}

void Keyring::read_again() {
    const std::lock_guard lock(reading_);
    try {
        keep(std::make_shared<const Loaded>(read_state(path_)));
    } catch (const Unavailable& fault) {
        // Keys that we have stay good; the stamp still differs, so the next look tries again.
        const std::lock_guard pointer(keeping_);
        trouble_ = fault.what();
    }
}

KeyId Keyring::signing(Time now) {
    const auto snapshot = loaded();
    const auto* key = snapshot->file.signer(now);
    if (!key) unusable(path_, "no key in it signs yet");
    return key->id;
}

std::optional<Digest> Keyring::subkey(Purpose purpose, KeyId id) {
    auto snapshot = loaded();  // held, since another thread may replace it
    if (const auto* known = snapshot->subkey(purpose, id)) return *known;
    // A token of a newer file, or a forged one; the second must not cost a read each time.
    const auto now = clock_.now().time_since_epoch().count();
    auto read = read_at_.load();
    const bool due = now - read >= look_every_ms || now < read;
    if (!due || !read_at_.compare_exchange_strong(read, now)) return std::nullopt;
    read_again();
    snapshot = kept();
    if (const auto* known = snapshot->subkey(purpose, id)) return *known;
    return std::nullopt;
}

Digest Keyring::subkey_of_signer(Purpose purpose, Time now, KeyId& id) {
    const auto snapshot = loaded();
    const auto* key = snapshot->file.signer(now);
    if (!key) unusable(path_, "no key in it signs yet");
    id = key->id;
    return *snapshot->subkey(purpose, id);
}

KeyFile read_key_file(const std::string& path) { return read_state(path).keys; }

void write_key_file(const std::string& path, const KeyFile& file) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    const std::string draft = path + ".new." + std::to_string(::getpid());
    const auto failed = [&](const char* what) {
        const auto why = reason(errno);
        ::unlink(draft.c_str());
        throw Fault("key file " + path + " cannot be " + what + ": " + why);
    };
    {
        const Descriptor out(
            ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (out.get() < 0) throw Fault("key file " + draft + " cannot be made: " + reason(errno));
        struct stat before {};
        // Root adds a key to a service's file: it stays the service's.
        if (::geteuid() == 0 && ::stat(path.c_str(), &before) == 0
            && ::fchown(out.get(), before.st_uid, before.st_gid) != 0) {
            failed("given to its owner");
        }
        auto text = file.text();
        try {
            write_whole(out.get(), text);
        } catch (...) {
            wipe(text);
            ::unlink(draft.c_str());
            throw;
        }
        wipe(text);
        if (::fsync(out.get()) != 0) failed("synced");
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) failed("replaced");
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) {
        throw Fault("folder " + folder + " cannot be synced: " + reason(errno));
    }
}

}  // namespace authtickets::crypto
