// Files to be imported: cutting and reading either refuses or gives what its columns allow, however the bytes are
// dealt out; a reason stays short. SPDX-License-Identifier: MIT
#include <authtickets/core/imports.h>
#include <authtickets/crypto/hmac.h>
#include <fuzz/fuzz.h>

using namespace authtickets;
using namespace authtickets::imports;

namespace {

std::vector<Record> cut(Format format, std::string_view text, std::size_t step) {
    Records cutter(format);
    std::vector<Record> out;
    for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) {
        cutter.feed(text.substr(0, step));
        while (auto record = cutter.next()) out.push_back(std::move(*record));
    }
    cutter.finish();
    while (auto record = cutter.next()) out.push_back(std::move(*record));
    return out;
}

bool same(const Record& a, const Record& b) {
    return a.line == b.line && a.last_line == b.last_line && a.fields == b.fields && a.text == b.text && a.fault == b.fault;
}

void read(Format format, std::string_view text) {
    const auto all = cut(format, text, 4096), again = cut(format, text, 7);
    fuzz::require(all.size() == again.size());
    std::uint32_t last = 0;
    Header header;
    for (std::size_t i = 0; i < all.size(); ++i) {
        fuzz::require(same(all[i], again[i]));
        fuzz::require(all[i].line > last && all[i].last_line >= all[i].line);
        last = all[i].last_line;
        if (format == Format::csv && i == 0) {
            const auto found = read_header(all[i], true);
            if (!found) return;
            header = *found;
            continue;
        }
        const auto customer = read_customer(format, header, all[i], true);
        if (!customer) {
            fuzz::require(csv_line(refused(all[i].line, customer.error())).size() < 400);
            continue;
        }
        fuzz::require(!customer->number || customer->number->value <= 1'999'999'999);
        fuzz::require(customer->login || (!customer->user && customer->phone.empty()));
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool started = (crypto::start(), true);
    fuzz::require(started);
    const auto text = fuzz::text_of(data, size);
    read(Format::csv, text);
    read(Format::jsonl, text);
    return 0;
}
