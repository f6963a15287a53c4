// Names and addresses: a normal form is its own normal form.
// SPDX-License-Identifier: MIT
#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto typed = fuzz::text_of(data, size);
    if (const auto name = text::normal_name(typed))
        fuzz::require(is_utf8(*name) && text::normal_name(*name) == name);
    if (const auto address = text::normal_email(typed))
        fuzz::require(text::normal_email(*address) == address);
    if (const auto password = text::nfc(typed)) fuzz::require(text::nfc(*password) == password);
    return 0;
}
