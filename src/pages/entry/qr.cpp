// SPDX-License-Identifier: MIT
// The QR code generator, and its modules as a path: one stroke for each run of dark ones.
#include "pages/entry/qr.h"

#include <qrcodegen/qrcodegen.hpp>

namespace authtickets::pages::entry {

Picture qr(std::string_view text) {
    using qrcodegen::QrCode;
    const auto code = QrCode::encodeText(std::string(text).c_str(), QrCode::Ecc::MEDIUM);
    Picture out{.size = code.getSize() + 2 * Picture::quiet};
    for (int y = 0; y < code.getSize(); ++y) {
        for (int x = 0; x < code.getSize(); ++x) {
            if (!code.getModule(x, y)) continue;
            int run = 1;
            while (x + run < code.getSize() && code.getModule(x + run, y)) ++run;
            const auto across = std::to_string(run);
            out.dark.append("M").append(std::to_string(x + Picture::quiet)).append(" ").append(std::to_string(y + Picture::quiet));
            out.dark.append("h").append(across).append("v1h-").append(across).append("z");
            x += run - 1;
        }
    }
    return out;
}

}  // namespace authtickets::pages::entry
