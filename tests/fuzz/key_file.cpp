// The key file: what is read is written so that it reads the same again.
// SPDX-License-Identifier: MIT
#include <authtickets/crypto/keyring.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string error;
    const auto file = crypto::KeyFile::parse(fuzz::text_of(data, size), error);
    fuzz::require(file.has_value() == error.empty());
    if (!file) return 0;
    const auto again = crypto::KeyFile::parse(file->text(), error);
    fuzz::require(again && again->text() == file->text());
    return 0;
}
